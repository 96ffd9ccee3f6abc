"""CloudWatch alarms: what somebody should be told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.spec.manifest import Service
from modelyard.targets.ecs.balancer import Routed, route
from modelyard.targets.ecs.names import platform, settings

# Those that say something of a version, and so roll a deployment back.
DEPLOYMENT_ALARMS = ("ErrorsAlarm", "LatencyAlarm")


def alarm(workload: Workload, name: str, description: str, properties: dict[str, Any]) -> dict[str, Any]:
    """One alarm, which tells the environment's topics when it begins and when it ends."""
    topics = [str(topic) for topic in platform(workload).alarm_topics]
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{workload.full_name}-{name}",
            "AlarmDescription": description,
            **properties,
            **({"AlarmActions": topics, "OKActions": topics} if topics else {}),
        },
    }


def service_alarms(workload: Workload, manifest: Service) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of a service: answers where a load balancer counts them, and replicas that are missing."""
    routed = route(workload)
    if routed is not None:
        yield "ErrorsAlarm", _errors(workload)
        yield "LatencyAlarm", _latency(workload, routed)
        yield "UnhealthyAlarm", _unhealthy(workload)
    yield "TasksAlarm", _tasks(workload, manifest.scaling.min)


def _dimensions(workload: Workload) -> list[dict[str, Any]]:
    routed = route(workload)
    name = routed.balancer.full_name if routed is not None else ""
    return [
        {"Name": "LoadBalancer", "Value": name},
        {"Name": "TargetGroup", "Value": {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]}},
    ]


def _errors(workload: Workload) -> dict[str, Any]:
    percent = settings(workload).alarms.errors

    def count(key: str, metric: str) -> dict[str, Any]:
        source = {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": metric,
            "Dimensions": _dimensions(workload),
        }
        return {"Id": key, "MetricStat": {"Metric": source, "Period": 60, "Stat": "Sum"}, "ReturnData": False}

    share = {"Id": "share", "Expression": "100 * FILL(errors, 0) / requests", "Label": "5xx in percent"}
    return alarm(
        workload,
        "errors",
        f"More than {percent} % of the answers are 5xx",
        {
            "Metrics": [
                {**share, "ReturnData": True},
                count("errors", "HTTPCode_Target_5XX_Count"),
                count("requests", "RequestCount"),
            ],
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": percent,
            "EvaluationPeriods": 5,
            "DatapointsToAlarm": 3,
            "TreatMissingData": "notBreaching",
        },
    )


def _latency(workload: Workload, routed: Routed) -> dict[str, Any]:
    wanted = settings(workload).alarms.latency
    seconds = wanted.seconds if wanted is not None else routed.serve.timeout.seconds / 2
    return alarm(
        workload,
        "latency",
        f"One answer in a hundred takes more than {seconds:g} s",
        {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": "TargetResponseTime",
            "Dimensions": _dimensions(workload),
            "ExtendedStatistic": "p99",
            "Period": 60,
            "EvaluationPeriods": 5,
            "DatapointsToAlarm": 3,
            "Threshold": seconds,
            "ComparisonOperator": "GreaterThanThreshold",
            # With few requests the hundredth is one of them, and says little.
            "EvaluateLowSampleCountPercentile": "ignore",
            "TreatMissingData": "notBreaching",
        },
    )


def _unhealthy(workload: Workload) -> dict[str, Any]:
    return alarm(
        workload,
        "unhealthy",
        "A replica does not answer the load balancer's health check",
        {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": "UnHealthyHostCount",
            "Dimensions": _dimensions(workload),
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 5,
            "DatapointsToAlarm": 5,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        },
    )


def _tasks(workload: Workload, least: int) -> dict[str, Any]:
    """Each running task reports its CPU once a minute: how often is how many, without Container Insights."""
    return alarm(
        workload,
        "tasks",
        f"Fewer than {least} replicas are running",
        {
            "Namespace": "AWS/ECS",
            "MetricName": "CPUUtilization",
            "Dimensions": [
                {"Name": "ClusterName", "Value": platform(workload).cluster},
                {"Name": "ServiceName", "Value": {"Fn::GetAtt": ["Service", "Name"]}},
            ],
            "Statistic": "SampleCount",
            "Period": 60,
            "EvaluationPeriods": 10,
            "DatapointsToAlarm": 10,
            "Threshold": least,
            "ComparisonOperator": "LessThanThreshold",
            "TreatMissingData": "breaching",
        },
    )
