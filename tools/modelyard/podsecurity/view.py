"""A pod as the controls look at it: what has a securityContext, with all shapes above that made sure of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from modelyard.podsecurity.words import shown
from modelyard.subjects.document import Path

_NOTHING: dict[str, Any] = {}

# In the order in which they run; each key of a pod's spec, and what one of its containers is called.
_LISTS = (
    ("initContainers", "init container"),
    ("containers", "container"),
    ("ephemeralContainers", "ephemeral container"),
)
_ROLES = dict(_LISTS)


class Holder(NamedTuple):
    """What has a securityContext: the pod (``path`` is empty) or one of its containers.

    ``context`` is the securityContext, an empty mapping where there is none. Both mappings may have
    anything as values.
    """

    path: Path
    data: dict[str, Any]
    context: dict[str, Any]

    @property
    def who(self) -> str:
        """As a message and the evidence name it: ``pod``, ``init container 'wait'``."""
        if not self.path:
            return "pod"
        name = self.data.get("name")
        which = shown(name) if isinstance(name, str) else f"number {int(self.path[1]) + 1}"
        return f"{_ROLES[str(self.path[0])]} {which}"


class Oddity(NamedTuple):
    """A value of the wrong shape that stands above what the controls read."""

    path: Path
    value: Any
    wanted: str
    in_metadata: bool = False


class View(NamedTuple):
    """A pod. ``oddities`` are the shapes that were wrong; what they hold is left out of all the rest."""

    spec: dict[str, Any]
    annotations: dict[Any, Any]
    pod: Holder
    containers: list[Holder]
    oddities: list[Oddity]

    @property
    def holders(self) -> list[Holder]:
        """The pod and all its containers."""
        return [self.pod, *self.containers]

    @property
    def is_windows(self) -> bool:
        """Whether it says that it runs on Windows, where kernels know no seccomp and no capabilities."""
        system = self.spec.get("os")
        return isinstance(system, dict) and system.get("name") == "windows"

    @property
    def has_own_users(self) -> bool:
        """Whether it runs in a user namespace, where root is no one outside."""
        return self.spec.get("hostUsers") is False


def view_of(spec: object, metadata: object) -> View:
    """The pod of a spec and its metadata. Takes anything, and never raises."""
    oddities: list[Oddity] = []
    plain = _mapping(spec, (), oddities)
    if "securityContext" in plain:
        context = _mapping(plain["securityContext"], ("securityContext",), oddities)
    else:
        context = _NOTHING
    containers: list[Holder] = []
    for key, _ in _LISTS:
        if key in plain:
            _containers(plain[key], key, containers, oddities)
    return View(plain, _annotations(metadata, oddities), Holder((), plain, context), containers, oddities)


def _containers(found: object, key: str, containers: list[Holder], oddities: list[Oddity]) -> None:
    """Adds the containers of one list of the spec."""
    if found is None:
        return
    if not isinstance(found, list):
        oddities.append(Oddity((key,), found, "a list of containers"))
        return
    for index, data in enumerate(found):
        path = (key, index)
        if not isinstance(data, dict):
            oddities.append(Oddity(path, data, "a mapping"))
            continue
        context = data.get("securityContext")
        if not isinstance(context, dict):
            context = _mapping(context, (*path, "securityContext"), oddities)
        containers.append(Holder(path, data, context))


def _annotations(metadata: object, oddities: list[Oddity]) -> dict[Any, Any]:
    if not isinstance(metadata, Mapping):
        if metadata is not None:
            oddities.append(Oddity((), metadata, "a mapping", in_metadata=True))
        return _NOTHING
    found = metadata.get("annotations")
    if found is None or isinstance(found, dict):
        return found or _NOTHING
    oddities.append(Oddity(("annotations",), found, "a mapping", in_metadata=True))
    return _NOTHING


def _mapping(value: object, path: Path, oddities: list[Oddity]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    if value is not None or not path:
        oddities.append(Oddity(path, value, "a mapping"))
    return _NOTHING
