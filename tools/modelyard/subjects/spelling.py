"""The two spellings of ECS: ``taskRoleArn`` of the API and ``TaskRoleArn`` of CloudFormation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from modelyard.subjects.document import Path

# Thousands of templates spell the same few names: both directions are remembered.

# What differs by more than its first letter: CloudFormation's name, by the API's.
apart = {
    "efsVolumeConfiguration": "EFSVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration": "FSxWindowsFileServerVolumeConfiguration",
    "fileSystemId": "FilesystemId",
    "iam": "IAM",
    "properties": "ProxyConfigurationProperties",
}
back = {capital: name for name, capital in apart.items()}
# Their keys are the user's own words.
free = frozenset({"dockerLabels", "options", "driverOpts", "labels"})


@lru_cache(maxsize=2048)
def capital(name: str) -> str:
    """CloudFormation's spelling of a name of the API."""
    known = apart.get(name)
    return name[:1].upper() + name[1:] if known is None else known


def spell_path(steps: Path) -> Path:
    """A path in the API's spelling as one in CloudFormation's."""
    spelled: list[str | int] = []
    verbatim = False
    for step in steps:
        if isinstance(step, int) or verbatim or step.startswith("Fn::"):
            spelled.append(step)
        else:
            spelled.append(capital(step))
            verbatim = step in free
    return tuple(spelled)


def api(value: Any) -> Any:
    """What stands in a template, in the API's spelling; functions of CloudFormation stay as they are."""
    kind = type(value)
    if kind is dict:
        return {(key := lower(name)): inner if key in free else api(inner) for name, inner in value.items()}
    if kind is list:
        return [inner if type(inner) is str else api(inner) for inner in value]
    return value


@lru_cache(maxsize=2048)
def lower(name: str) -> str:
    """The API's spelling of a name of CloudFormation; names of functions stay as they are."""
    if name.startswith("Fn::") or name == "Ref":
        return name
    known = back.get(name)
    return name[:1].lower() + name[1:] if known is None else known
