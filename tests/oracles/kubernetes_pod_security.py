"""The restricted Pod Security Standard, as its page lists the controls; nothing here knows the renderer.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ (baseline and restricted, 1.36)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

VOLUME_KINDS = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SECCOMP = {"RuntimeDefault", "Localhost"}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
}


def violations(spec: dict[str, Any]) -> list[str]:
    """What the restricted standard has against a pod's spec."""
    return [
        *_of_pod(spec),
        *(problem for container in containers(spec) for problem in _of_container(spec, container)),
    ]


def containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """All containers of a pod, of every list."""
    lists = ("initContainers", "containers", "ephemeralContainers")
    return [container for name in lists for container in spec.get(name, ())]


def _of_pod(spec: dict[str, Any]) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield field
    for volume in spec.get("volumes", ()):
        kinds = set(volume) - {"name"}
        if not kinds or not kinds <= VOLUME_KINDS:
            yield f"volume {volume['name']}: {kinds}"
    context = spec.get("securityContext", {})
    for sysctl in context.get("sysctls", ()):
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    if context.get("runAsUser") == 0:
        yield "runAsUser 0"
    if context.get("windowsOptions", {}).get("hostProcess"):
        yield "hostProcess"


def _of_container(spec: dict[str, Any], container: dict[str, Any]) -> Iterator[str]:
    name, pod = container["name"], spec.get("securityContext", {})
    context = container.get("securityContext", {})
    if context.get("privileged"):
        yield f"{name}: privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield f"{name}: allowPrivilegeEscalation"
    if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
        yield f"{name}: runAsNonRoot"
    if context.get("runAsUser") == 0:
        yield f"{name}: runAsUser 0"
    if context.get("seccompProfile", pod.get("seccompProfile", {})).get("type") not in SECCOMP:
        yield f"{name}: seccompProfile"
    if context.get("procMount", "Default") != "Default":
        yield f"{name}: procMount"
    capabilities = context.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", ()):
        yield f"{name}: capabilities are not dropped"
    if set(capabilities.get("add", ())) - {"NET_BIND_SERVICE"}:
        yield f"{name}: capabilities are added"
    if any(port.get("hostPort") for port in container.get("ports", ())):
        yield f"{name}: hostPort"
    yield from _hosts(name, container)


def _hosts(name: str, container: dict[str, Any]) -> Iterator[str]:
    """Since 1.34: no probe and no lifecycle hook names a host."""
    hooks = [container.get(key, {}) for key in ("startupProbe", "readinessProbe", "livenessProbe")]
    hooks += list(container.get("lifecycle", {}).values())
    for hook in hooks:
        for action in ("httpGet", "tcpSocket"):
            if hook.get(action, {}).get("host"):
                yield f"{name}: {action}.host"
