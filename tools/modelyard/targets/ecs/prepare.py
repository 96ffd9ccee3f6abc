"""The init container: it opens scratch folders, fetches files from S3 and verifies them, and ends.

It runs as root because a new volume is root's, without any capability.
"""

from __future__ import annotations

from typing import Any

from modelyard.resolve.fetching import SCRIPT, fetch_words, open_words
from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.logs import cloudwatch
from modelyard.targets.ecs.names import PREPARE
from modelyard.targets.ecs.volumes import folders


def is_needed(workload: Workload) -> bool:
    """Whether there is anything to fetch or to open."""
    return bool(workload.deliveries) or any(folder.opened for folder in folders(workload))


def instructions(workload: Workload) -> list[str]:
    """The script's arguments."""
    opened = [word for folder in folders(workload) if folder.opened for word in open_words(folder.path)]
    return opened + fetch_words(workload)


def container(workload: Workload) -> dict[str, Any]:
    """The definition of the init container; it shares the task's CPU and memory with whoever comes later."""
    mounts = [
        {"sourceVolume": folder.volume, "containerPath": folder.path, "readOnly": False}
        for folder in folders(workload)
        if folder.opened or folder.volume in {item.name for item in workload.deliveries}
    ]
    region = workload.place.region
    return {
        "name": PREPARE,
        "image": workload.fetcher_image,
        "essential": False,
        "entryPoint": ["sh", "-ceu", SCRIPT, PREPARE],
        "command": instructions(workload),
        "user": "0:0",
        "environment": [
            {"name": "AWS_DEFAULT_REGION", "value": region},
            {"name": "AWS_REGION", "value": region},
            {"name": "HOME", "value": "/tmp"},  # noqa: S108 - a tmpfs of the container's own
        ],
        "mountPoints": mounts,
        "linuxParameters": {
            "capabilities": {"drop": ["ALL"]},
            "initProcessEnabled": True,
            "tmpfs": [{"containerPath": "/tmp", "size": 64}],  # noqa: S108
        },
        "readonlyRootFilesystem": True,
        "logConfiguration": cloudwatch(workload),
    }
