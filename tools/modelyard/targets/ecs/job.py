"""Jobs: a state machine that runs the task to its end, and a schedule that starts it.

EventBridge Scheduler can start a task by itself, but it retries only the start: it neither sees a run
fail nor ends one that hangs. Step Functions does both, and is what somebody starts by hand too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.resolve.workload import COPY_NUMBER, Workload
from modelyard.spec.manifest import Job, Schedule
from modelyard.targets.ecs.alarms import alarm
from modelyard.targets.ecs.capacity import placement
from modelyard.targets.ecs.names import cluster_arn, platform, stack_tags
from modelyard.targets.ecs.network import vpc
from modelyard.targets.ecs.roles import allow, role, trust

_MACHINE = {"Ref": "StateMachine"}
# Step Functions watches tasks through this rule of EventBridge, which it makes itself.
_EVENTS_RULE = "rule/StepFunctionsGetEventsForECSTaskRule"


def job_resources(workload: Workload, manifest: Job) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that a job has and a service has not."""
    yield "RunRole", _run_role(workload)
    yield "StateMachine", _state_machine(workload, manifest)
    yield "FailedRunsAlarm", _failed_runs(workload)
    if manifest.schedule is not None:
        yield "ScheduleRole", _schedule_role(workload)
        yield "Schedule", _schedule(workload, manifest.schedule)


def _state_machine(workload: Workload, manifest: Job) -> dict[str, Any]:
    run = _run(workload, manifest)
    states = (
        {"Run": run}
        if manifest.parallelism == 1
        else {"Copies": _copies(workload, run, manifest.parallelism)}
    )
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "StateMachineName": workload.full_name,
            "StateMachineType": "STANDARD",
            "RoleArn": {"Fn::GetAtt": ["RunRole", "Arn"]},
            "Definition": {
                "Comment": f"Runs {workload.full_name} to its end",
                "QueryLanguage": "JSONata",
                "StartAt": next(iter(states)),
                "States": states,
            },
            "DefinitionSubstitutions": {
                "TaskDefinition": {"Ref": "TaskDefinition"},
                "SecurityGroup": {"Fn::GetAtt": ["SecurityGroup", "GroupId"]},
            },
            "Tags": stack_tags(workload),
        },
    }


def _run(workload: Workload, manifest: Job) -> dict[str, Any]:
    retry = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 30, "BackoffRate": 2}
    return {
        "Type": "Task",
        "Resource": f"arn:{workload.place.partition}:states:::ecs:runTask.sync",
        "TimeoutSeconds": manifest.timeout.seconds,
        "Arguments": {
            "Cluster": cluster_arn(workload),
            "TaskDefinition": "${TaskDefinition}",
            **placement(workload),
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "Subnets": list(vpc(workload).subnets),
                    "SecurityGroups": ["${SecurityGroup}"],
                    "AssignPublicIp": "DISABLED",
                }
            },
            "EnableECSManagedTags": True,
            "PropagateTags": "TASK_DEFINITION",
        },
        # A run that was ended for its time would only hang again.
        **({"Retry": [{**retry, "MaxAttempts": manifest.retries}]} if manifest.retries else {}),
        "End": True,
    }


def _copies(workload: Workload, run: dict[str, Any], parallelism: int) -> dict[str, Any]:
    """Each copy is watched, ended and retried by itself, and told its number as Kubernetes tells it;
    RunTask's own count cannot tell them apart."""
    number = {"Name": COPY_NUMBER, "Value": "{% $string($states.input) %}"}
    overrides = {"ContainerOverrides": [{"Name": workload.primary.name, "Environment": [number]}]}
    run = {**run, "Arguments": {**run["Arguments"], "Overrides": overrides}}
    return {
        "Type": "Map",
        "Items": list(range(parallelism)),
        "MaxConcurrency": parallelism,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Run", "States": {"Run": run}},
        "End": True,
    }


def _run_role(workload: Workload) -> dict[str, Any]:
    place = workload.place
    cluster = {"ArnEquals": {"ecs:cluster": cluster_arn(workload)}}
    tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    roles = [{"Fn::GetAtt": ["ExecutionRole", "Arn"]}, {"Fn::GetAtt": ["TaskRole", "Arn"]}]
    any_task = place.arn("ecs", f"task/{platform(workload).cluster}/*")
    statements = [
        allow("RunTask", ("ecs:RunTask",), {"Ref": "TaskDefinition"}, cluster),
        allow("WatchAndStop", ("ecs:DescribeTasks", "ecs:StopTask"), any_task),
        allow("TagTasks", ("ecs:TagResource",), any_task, {"StringEquals": {"ecs:CreateAction": "RunTask"}}),
        allow("PassRoles", ("iam:PassRole",), roles, tasks),
        allow(
            "WatchEvents",
            ("events:DescribeRule", "events:PutRule", "events:PutTargets"),
            place.arn("events", _EVENTS_RULE),
        ),
    ]
    who = trust(workload, "states.amazonaws.com", place.arn("states", f"stateMachine:{workload.full_name}"))
    return role(workload, "run", f"Runs the task of {workload.full_name}", who, statements)


def _schedule(workload: Workload, schedule: Schedule) -> dict[str, Any]:
    return {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Name": workload.full_name,
            "Description": f"Starts {workload.full_name}",
            "ScheduleExpression": schedule.cron.eventbridge,
            "ScheduleExpressionTimezone": schedule.timezone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {
                "Arn": _MACHINE,
                "RoleArn": {"Fn::GetAtt": ["ScheduleRole", "Arn"]},
                # For the start alone; a run that fails is the state machine's to try again.
                "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600},
            },
        },
    }


def _schedule_role(workload: Workload) -> dict[str, Any]:
    who = trust(
        workload, "scheduler.amazonaws.com", workload.place.arn("scheduler", "schedule-group/default")
    )
    statements = [allow("StartRun", ("states:StartExecution",), _MACHINE)]
    return role(workload, "schedule", f"Starts {workload.full_name} on its schedule", who, statements)


def _failed_runs(workload: Workload) -> dict[str, Any]:
    return alarm(
        workload,
        "failed-runs",
        "A run failed, and so did its retries, or it took too long",
        {
            "Namespace": "AWS/States",
            "MetricName": "ExecutionsFailed",
            "Dimensions": [{"Name": "StateMachineArn", "Value": _MACHINE}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        },
    )


def state_machine_arn(workload: Workload) -> str:
    """What somebody starts by hand."""
    return workload.place.arn("states", f"stateMachine:{workload.full_name}")
