"""Volumes: baseline mounts nothing of the host's, restricted has only types that belong to the pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View
from modelyard.podsecurity.words import shown
from modelyard.subjects.document import Path

# `image` came with the Kubernetes of 1.33, for every version that a namespace may be pinned to.
_ALLOWED = frozenset(
    (
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    )
)


def _host_paths(view: View, version: Version) -> Iterator[Fault]:
    volumes = view.spec.get("volumes")
    if volumes is None:
        return
    if not isinstance(volumes, list):
        yield misshapen(view.pod, ("volumes",), volumes, "a list")
        return
    for index, volume in enumerate(volumes):
        path: Path = ("volumes", index)
        if not isinstance(volume, dict):
            yield misshapen(view.pod, path, volume, "a list of mappings")
            continue
        source = volume.get("hostPath")
        if source is not None:
            name = volume.get("name")
            place = source.get("path") if isinstance(source, dict) else None
            what = "a path" if place is None else shown(place)
            words = f"mounts {what} of the host as volume {shown(name)}"
            yield fault(view.pod, (*path, "hostPath"), place, words)


def _types(view: View, version: Version) -> Iterator[Fault]:
    volumes = view.spec.get("volumes")
    if volumes is None:
        return
    if not isinstance(volumes, list):
        yield misshapen(view.pod, ("volumes",), volumes, "a list")
        return
    for index, volume in enumerate(volumes):
        if isinstance(volume, dict):
            yield from _type(view, ("volumes", index), volume)
        else:
            yield misshapen(view.pod, ("volumes", index), volume, "a list of mappings")


def _type(view: View, path: Path, volume: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with one volume. One without any type is an emptyDir: the API's own default."""
    for key, source in volume.items():
        if key == "name" or source is None:
            continue
        if key not in _ALLOWED:
            name = volume.get("name")
            words = f"has the volume {shown(name)} of type {shown(key)}, which is none of the pod's own"
            yield fault(view.pod, (*path, key), name, words)
        elif not isinstance(source, dict):
            yield misshapen(view.pod, (*path, key), source, "a mapping")


HOST_PATH_VOLUMES = Control("hostPathVolumes", "baseline", (1, 0), _host_paths)
RESTRICTED_VOLUMES = Control("restrictedVolumes", "restricted", (1, 0), _types)
