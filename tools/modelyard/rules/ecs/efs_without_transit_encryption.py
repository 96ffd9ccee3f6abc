"""A file system that is mounted in clear."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._shared import body, pick, spelled
from modelyard.subjects.facts import TaskDefinition

_EFS = "efsVolumeConfiguration"


def check(task: TaskDefinition, context: Context) -> Iterator[Problem]:
    """Speaks of each EFS volume whose transitEncryption is not ENABLED, which is not the default."""
    volumes = pick(task.definition, "volumes")[1]
    for index, volume in enumerate(volumes if isinstance(volumes, list) else ()):
        efs = pick(volume, _EFS)[1]
        if efs is not None and pick(efs, "transitEncryption")[1] != "ENABLED":
            path = spelled(task.document, body(task), "volumes", index, _EFS, "transitEncryption")
            name = pick(volume, "name")[1]
            yield Problem(path, f"the volume {name} is mounted without TLS", evidence=str(name))


RULE = Rule(
    id="efs-without-transit-encryption",
    level=Level.MEDIUM,
    summary="A task mounts an EFS file system without encryption in transit.",
    why="Weights and features can be read, and changed, on the way; IAM cannot decide who mounts.",
    fix="Set transitEncryption to ENABLED, and authorizationConfig.iam to ENABLED with an access point.",
    subject=TaskDefinition,
    check=check,
    source="Amazon ECS API Reference: EFSVolumeConfiguration",
)
