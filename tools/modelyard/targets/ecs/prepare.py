"""The init container: it opens scratch folders, fetches files from S3 and verifies them, and ends.

Its script is the same for every model, and what a manifest says reaches it as arguments only: no
value is ever read as shell. It runs as root because a new volume is root's, without any capability.
"""

from __future__ import annotations

from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.logs import cloudwatch
from modelyard.targets.ecs.names import PREPARE
from modelyard.targets.ecs.volumes import folders

NO_VERSION = "-"
# The AWS CLI reads an argument that begins with file:// or fileb:// from a file of that name.
SCRIPT = """umask 022
while [ "$#" -gt 0 ]; do
  case "$1" in
  open)
    chmod 1777 "$2"
    shift 2
    ;;
  fetch)
    bucket=$2 key=$3 version=$4 sha256=$5 path=$6
    shift 6
    case "$key" in file://* | fileb://*) echo "refused: $key" >&2; exit 64 ;; esac
    mkdir -p "${path%/*}"
    if [ "$version" = - ]; then
      aws s3api get-object "--bucket=$bucket" "--key=$key" "$path" >/dev/null
    else
      aws s3api get-object "--bucket=$bucket" "--key=$key" "--version-id=$version" "$path" >/dev/null
    fi
    printf '%s  %s\\n' "$sha256" "$path" | sha256sum -c -
    ;;
  *)
    echo "unknown instruction: $1" >&2
    exit 64
    ;;
  esac
done
"""


def is_needed(workload: Workload) -> bool:
    """Whether there is anything to fetch or to open."""
    return bool(workload.deliveries) or any(folder.opened for folder in folders(workload))


def instructions(workload: Workload) -> list[str]:
    """The script's arguments."""
    words: list[str] = []
    for folder in folders(workload):
        if folder.opened:
            words += ["open", folder.path]
    for item in workload.deliveries:
        bucket, _, key = item.uri.removeprefix("s3://").partition("/")
        words += ["fetch", bucket, key, item.version_id or NO_VERSION, item.sha256, item.path]
    return words


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
