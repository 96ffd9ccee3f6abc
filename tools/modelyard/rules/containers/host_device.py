"""A device of the host inside a container of compose or ECS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import inner, name_of, of, written
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container

# Accelerators and what belongs to them: what models are there for.
_ACCELERATOR = re.compile(r"/dev/(?:nvidia|neuron|infiniband|dri|kfd|uverbs|gaudi|accel|hl|vfio)")


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Disks, memory, FUSE and the like; GPUs, Neuron and EFA are well."""
    for path, source in _devices(container):
        if source.startswith("/") and not _ACCELERATOR.match(source):
            yield Problem(path, f"{name_of(container)} is given the device {source}", evidence=source)


def _devices(container: Container) -> Iterator[tuple[Path, str]]:
    mapping = written(container)
    key = "devices"
    path = container.path
    if container.platform == "ecs":
        path = (*path, "linuxParameters" if "linuxParameters" in mapping else "LinuxParameters")
        mapping = inner(mapping, "linuxParameters")
        key = key if key in mapping else "Devices"
    elif container.platform != "compose":
        return
    listed = mapping.get(key)
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        yield (*path, key, index), _source(one)


def _source(device: Any) -> str:
    if isinstance(device, dict):
        device = of(device, "hostPath") or device.get("source")
    return device.partition(":")[0] if isinstance(device, str) else ""


RULE = Rule(
    id="host-device",
    level=Level.HIGH,
    summary="A container is given a device of its host.",
    why="A disk or the memory of the host read as a device knows no file permissions.",
    fix="Take it out; accelerators are asked for as resources.",
    subject=Container,
    check=check,
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Device.html",
)
