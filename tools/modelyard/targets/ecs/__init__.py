"""Amazon ECS: a task definition as the API takes it, and a CloudFormation stack around the same one.

A service gets scaling, load balancing, a circuit breaker and alarms; a job a state machine that ends and
retries runs, and a schedule. ``settings`` is what a manifest may say, ``platform`` what an environment
says, ``checks`` what ECS refuses; every other module makes one part of the two files.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.artifact import Artifact, JsonDocument, YamlStream
from modelyard.resolve.workload import Feature, Workload
from modelyard.targets.api import Selection, Target
from modelyard.targets.ecs.checks import check
from modelyard.targets.ecs.claims import claims
from modelyard.targets.ecs.explain import explain
from modelyard.targets.ecs.platform import EcsPlatform
from modelyard.targets.ecs.settings import EcsSettings
from modelyard.targets.ecs.stack import stack
from modelyard.targets.ecs.task_definition import sealed, task_definition

__all__ = ["TARGET", "EcsPlatform", "EcsSettings"]


_HONOURS = frozenset(
    {
        Feature.GPU,
        Feature.ARM64,
        Feature.SHARED_MEMORY,
        Feature.STORAGE,
        Feature.SECRETS,
        Feature.PERMISSIONS,
        Feature.ARTIFACTS,
        Feature.MULTI_MODEL,
        Feature.MULTI_CONTAINER,
        Feature.SIDECARS,
        Feature.FIRELENS,
        Feature.ORDER,
        Feature.EFS,
        Feature.EBS,
        Feature.SCRATCH,
        Feature.NETWORK,
        Feature.SCALING,
        Feature.SCALE_ON_REQUESTS,
        Feature.METRICS,
        Feature.SERVICE,
        Feature.JOB,
        Feature.SCHEDULE,
        Feature.RETRIES,
        Feature.TIMEOUT,
        Feature.PARALLELISM,
    }
)


def render(workload: Workload) -> Iterator[Artifact]:
    """The two files of one workload."""
    definition = task_definition(workload)
    yield Artifact(
        workload.output("ecs", "task-definition.json"), JsonDocument(sealed(definition)), workload.source
    )
    yield Artifact(
        workload.output("ecs", "stack.yaml"), YamlStream((stack(workload, definition),)), workload.source
    )


TARGET = Target(
    name="ecs",
    summary="Amazon ECS on Fargate or EC2: task definition and CloudFormation stack",
    settings=EcsSettings,
    platform=EcsPlatform,
    selection=Selection.NAMED,
    # Not honoured: SCALE_TO_ZERO, since nothing wakes a service that has no replicas, and
    # NETWORK_NAMESPACE, since ECS has no namespaces of Kubernetes.
    honours=_HONOURS,
    render=render,
    check=check,
    explain=explain,
    claims=claims,
)
