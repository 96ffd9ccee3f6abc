"""What things are called, and who says so: every name is decided here, from the workload alone."""

from __future__ import annotations

from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.platform import EcsPlatform
from modelyard.targets.ecs.settings import EcsSettings

TARGET = "ecs"
# The init container that fetches weights and opens scratch folders.
PREPARE = "prepare"
ROLE_LIMIT = 64
_DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}


def settings(workload: Workload) -> EcsSettings:
    """What the manifest says of this target."""
    found = workload.settings[TARGET]
    assert isinstance(found, EcsSettings)
    return found


def platform(workload: Workload) -> EcsPlatform:
    """What the environment says of this target here."""
    found = workload.platform(TARGET)
    assert isinstance(found, EcsPlatform)
    return found


def region_code(region: str) -> str:
    """``ap-southeast-2`` is ``apse2``: roles belong to no region, so their names must tell it."""
    head, *middle, number = region.split("-")
    return head + "".join(_direction(word) for word in middle) + number


def _direction(word: str) -> str:
    for name, letter in _DIRECTIONS.items():
        if word.startswith(name):
            return letter + _direction(word[len(name) :])
    return word[:1]


def role_name(workload: Workload, purpose: str) -> str:
    """The name of a role that the stack makes, of at most 64 characters in every region of AWS."""
    return f"{workload.full_name}-{region_code(workload.place.region)}-{purpose}"


def role_arn(workload: Workload, purpose: str) -> str:
    """The ARN of that role."""
    return workload.place.arn("iam", f"role/{role_name(workload, purpose)}", region=False)


def log_group(workload: Workload) -> str:
    """Where the containers' logs go."""
    return f"/ecs/{workload.place.environment}/{workload.model}"


def cluster_arn(workload: Workload) -> str:
    """The environment's cluster."""
    return workload.place.arn("ecs", f"cluster/{platform(workload).cluster}")


def tags(workload: Workload) -> dict[str, str]:
    """Tags of everything that can have them; who owns it and what to edit come with the labels."""
    return {
        **dict(sorted(workload.labels.items())),
        "modelyard.dev/environment": workload.place.environment,
        "modelyard.dev/model": workload.model,
        "modelyard.dev/owner": workload.owner,
        "modelyard.dev/source": workload.source,
    }


def stack_tags(workload: Workload) -> list[dict[str, str]]:
    """The tags as CloudFormation wants them."""
    return [{"Key": key, "Value": value} for key, value in tags(workload).items()]
