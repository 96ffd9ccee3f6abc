"""All controls over one pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from modelyard.podsecurity.control import NEWEST, Control, Level, Version
from modelyard.podsecurity.controls import (
    app_armor,
    capabilities,
    host_namespaces,
    host_ports,
    host_probes,
    privilege_escalation,
    privileged,
    proc_mount,
    readable,
    running_user,
    se_linux,
    seccomp,
    sysctls,
    volumes,
    windows,
)
from modelyard.podsecurity.view import view_of
from modelyard.subjects.document import Path

# By id. The order is the one in which a pod's violations are given.
CONTROLS: Mapping[str, Control] = {
    control.id: control
    for control in (
        readable.READABLE_POD,
        host_namespaces.HOST_NAMESPACES,
        privileged.PRIVILEGED,
        capabilities.BASELINE,
        volumes.HOST_PATH_VOLUMES,
        host_ports.HOST_PORTS,
        host_probes.HOST_PROBES_AND_HOST_LIFECYCLE,
        app_armor.APP_ARMOR_PROFILE,
        se_linux.SE_LINUX_OPTIONS,
        proc_mount.BASELINE,
        seccomp.BASELINE,
        sysctls.SYSCTLS,
        windows.WINDOWS_HOST_PROCESS,
        volumes.RESTRICTED_VOLUMES,
        privilege_escalation.ALLOW_PRIVILEGE_ESCALATION,
        running_user.RUN_AS_NON_ROOT,
        running_user.RUN_AS_USER,
        seccomp.RESTRICTED,
        capabilities.RESTRICTED,
        proc_mount.RESTRICTED,
    )
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A control that a pod does not meet, and where: see :class:`~modelyard.podsecurity.control.Fault`."""

    control: str
    path: Path
    message: str
    within: Literal["spec", "metadata"] = "spec"
    evidence: str = ""


def evaluate(
    spec: Mapping[str, Any],
    metadata: Mapping[str, Any],
    level: Level,
    version: Version = NEWEST,
) -> Iterator[Violation]:
    """What of the level's controls a pod does not meet, as of a version of Kubernetes.

    ``spec`` and ``metadata`` are plain data of any shape; nothing in them makes this raise. Restricted is
    baseline and more: where both have a control on one field (seccomp, capabilities, /proc, volumes), what
    breaks both is given under both ids, so that either alone can be waived or dropped, and a pod breaks
    restricted wherever it breaks baseline. Raises ValueError for any other level.
    """
    if level not in ("baseline", "restricted"):
        raise ValueError(f"{level!r} is no level of the Pod Security Standards: baseline or restricted")
    view = view_of(spec, metadata)
    for control in CONTROLS.values():
        if version < control.since or (control.level == "restricted" and level == "baseline"):
            continue
        for found in control.check(view, version):
            yield Violation(control.id, found.path, found.message, found.within, found.evidence)
