"""Each control against the standards, in every place that it looks at."""

from __future__ import annotations

from typing import Any

import pytest

from modelyard.podsecurity import CONTROLS, NEWEST, Level, Version, Violation, evaluate
from tests.podsecurity.pods import LISTS, Spec, changed, lenient, strict, without

APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/server"


def found(
    spec: Any, level: Level = "restricted", version: Version = NEWEST, annotations: Any = None
) -> list[Violation]:
    return list(evaluate(spec, {"annotations": annotations}, level, version))


def ids(
    spec: Any, level: Level = "restricted", version: Version = NEWEST, annotations: Any = None
) -> set[str]:
    return {one.control for one in found(spec, level, version, annotations)}


@pytest.mark.parametrize("minor", range(38))
def test_the_least_pods_pass_in_every_version(minor: int) -> None:
    assert found(lenient(), "baseline", (1, minor)) == []
    assert found(strict(), "restricted", (1, minor)) == []


def test_the_least_of_baseline_lacks_what_restricted_asks_of_every_container() -> None:
    counts: dict[str, int] = {}
    for one in found(lenient()):
        counts[one.control] = counts.get(one.control, 0) + 1
    assert counts == {
        "allowPrivilegeEscalation": 3,
        "runAsNonRoot": 3,
        "seccompProfile_restricted": 3,
        "capabilities_restricted": 3,
    }


# What is wrong in a container, whichever list it is in; the same with its securityContext.
IN_CONTAINERS: list[tuple[str, Any, set[str]]] = [
    ("securityContext.privileged", True, {"privileged"}),
    ("securityContext.capabilities.add", ["NET_ADMIN"], {"capabilities_baseline", "capabilities_restricted"}),
    ("securityContext.capabilities.add", ["chown"], {"capabilities_baseline", "capabilities_restricted"}),
    ("securityContext.capabilities.add", ["CHOWN"], {"capabilities_restricted"}),
    ("securityContext.capabilities.drop", ["NET_RAW"], {"capabilities_restricted"}),
    ("securityContext.capabilities.drop", [], {"capabilities_restricted"}),
    ("ports", [{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}], {"hostPorts"}),
    ("livenessProbe", {"httpGet": {"host": "a", "port": 1}}, {"hostProbesAndHostLifecycle"}),
    ("readinessProbe", {"tcpSocket": {"host": "a", "port": 1}}, {"hostProbesAndHostLifecycle"}),
    ("startupProbe", {"httpGet": {"host": "a", "port": 1}}, {"hostProbesAndHostLifecycle"}),
    ("lifecycle", {"postStart": {"httpGet": {"host": "a"}}}, {"hostProbesAndHostLifecycle"}),
    ("lifecycle", {"preStop": {"tcpSocket": {"host": "a"}}}, {"hostProbesAndHostLifecycle"}),
    ("securityContext.appArmorProfile.type", "Unconfined", {"appArmorProfile"}),
    ("securityContext.seLinuxOptions.type", "spc_t", {"seLinuxOptions"}),
    ("securityContext.seLinuxOptions.user", "u", {"seLinuxOptions"}),
    ("securityContext.seLinuxOptions.role", "r", {"seLinuxOptions"}),
    ("securityContext.procMount", "Unmasked", {"procMount", "procMount_restricted"}),
    (
        "securityContext.seccompProfile.type",
        "Unconfined",
        {"seccompProfile_baseline", "seccompProfile_restricted"},
    ),
    ("securityContext.windowsOptions.hostProcess", True, {"windowsHostProcess"}),
    ("securityContext.allowPrivilegeEscalation", True, {"allowPrivilegeEscalation"}),
    ("securityContext.allowPrivilegeEscalation", None, {"allowPrivilegeEscalation"}),
    ("securityContext.runAsNonRoot", False, {"runAsNonRoot"}),
    ("securityContext.runAsUser", 0, {"runAsUser"}),
]


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize(("path", "value", "broken"), IN_CONTAINERS)
def test_containers(where: str, path: str, value: Any, broken: set[str]) -> None:
    spec = changed(strict(), f"{where}.0.{path}", value)
    assert ids(spec) == broken
    assert ids(spec, "baseline") == {one for one in broken if CONTROLS[one].level == "baseline"}
    for one in found(spec):
        assert one.path[:2] == (where, 0)
        assert one.message.partition("'")[2].startswith(f"{where[:4]}-one")
        assert one.within == "spec"


IN_PODS: list[tuple[str, Any, set[str]]] = [
    ("hostNetwork", True, {"hostNamespaces"}),
    ("hostPID", True, {"hostNamespaces"}),
    ("hostIPC", True, {"hostNamespaces"}),
    ("volumes.0", {"name": "a", "hostPath": {"path": "/"}}, {"hostPathVolumes", "restrictedVolumes"}),
    ("volumes.0", {"name": "a", "nfs": {"server": "b"}}, {"restrictedVolumes"}),
    ("volumes.0", {"name": "a", "secret": {}, "rbd": {}}, {"restrictedVolumes"}),
    ("volumes.0", {"name": "a", "invented": {}}, {"restrictedVolumes"}),
    ("securityContext.appArmorProfile.type", "Unconfined", {"appArmorProfile"}),
    ("securityContext.seLinuxOptions.type", "spc_t", {"seLinuxOptions"}),
    (
        "securityContext.seccompProfile.type",
        "Unconfined",
        {"seccompProfile_baseline", "seccompProfile_restricted"},
    ),
    ("securityContext.sysctls.0", {"name": "kernel.msgmax", "value": "1"}, {"sysctls"}),
    ("securityContext.windowsOptions.hostProcess", True, {"windowsHostProcess"}),
    ("securityContext.runAsNonRoot", False, {"runAsNonRoot"}),
    ("securityContext.runAsUser", 0, {"runAsUser"}),
]


@pytest.mark.parametrize(("path", "value", "broken"), IN_PODS)
def test_pods(path: str, value: Any, broken: set[str]) -> None:
    spec = changed(strict(), path, value)
    assert ids(spec) == broken
    assert ids(spec, "baseline") == {one for one in broken if CONTROLS[one].level == "baseline"}


ALLOWED: list[tuple[str, Any]] = [
    ("hostNetwork", False),
    ("hostUsers", True),
    ("os.name", "linux"),
    ("volumes", []),
    ("volumes.0", {"name": "empty by default"}),
    ("volumes.0", {"name": "a", "emptyDir": None}),
    ("volumes.0", {"name": "a", "image": {"reference": "b"}}),
    ("securityContext.appArmorProfile.type", "Localhost"),
    ("securityContext.seLinuxOptions", {"type": "container_engine_t", "level": "s0:c1,c2"}),
    ("securityContext.seLinuxOptions", {}),
    ("securityContext.runAsUser", 2**31 - 1),
    ("containers.0.securityContext.privileged", None),
    ("containers.0.securityContext.capabilities.add", ["NET_BIND_SERVICE"]),
    ("containers.0.securityContext.capabilities.drop", ["NET_RAW", "ALL"]),
    ("containers.0.securityContext.procMount", "Default"),
    ("containers.0.ports", [{"containerPort": 1, "hostPort": 0}]),
    ("containers.0.livenessProbe", {"httpGet": {"host": "", "port": 1}}),
    ("containers.0.lifecycle", {"preStop": {"exec": {"command": ["true"]}}, "stopSignal": "SIGTERM"}),
    ("ephemeralContainers", None),
]


@pytest.mark.parametrize(("path", "value"), ALLOWED)
def test_allowed(path: str, value: Any) -> None:
    assert found(changed(strict(), path, value)) == []


def test_containers_may_say_what_the_pod_does_not() -> None:
    spec = without(without(strict(), "securityContext.runAsNonRoot"), "securityContext.seccompProfile")
    for where in LISTS:
        spec = changed(spec, f"{where}.0.securityContext.runAsNonRoot", True)
        spec = changed(spec, f"{where}.0.securityContext.seccompProfile", {"type": "Localhost"})
    assert found(spec) == []
    assert ids(without(spec, "containers.0.securityContext.runAsNonRoot")) == {"runAsNonRoot"}
    alone = found(without(spec, "containers.0.securityContext.seccompProfile"))
    assert [(one.control, one.path) for one in alone] == [
        ("seccompProfile_restricted", ("containers", 0, "securityContext", "seccompProfile"))
    ]


@pytest.mark.parametrize("field", ["runAsNonRoot", "seccompProfile"])
def test_what_is_wrong_for_the_pod_is_not_repeated_for_its_containers(field: str) -> None:
    wrong = {"runAsNonRoot": False, "seccompProfile": {"type": "Unconfined"}}[field]
    paths = {one.path for one in found(changed(strict(), f"securityContext.{field}", wrong))}
    assert {path[:2] for path in paths} == {("securityContext", field)}


@pytest.mark.parametrize("value", ["unconfined", "server", "Localhost/a", 1, ["runtime/default"]])
def test_apparmor_annotations(value: Any) -> None:
    (one,) = found(lenient(), "baseline", annotations={APP_ARMOR: value, "other": "unconfined"})
    assert (one.control, one.within, one.path) == ("appArmorProfile", "metadata", ("annotations", APP_ARMOR))


@pytest.mark.parametrize("value", ["", None, "runtime/default", "localhost/server"])
def test_allowed_apparmor_annotations(value: Any) -> None:
    assert found(lenient(), "baseline", annotations={APP_ARMOR: value}) == []


def windows(spec: Spec) -> Spec:
    return changed(spec, "os.name", "windows")


def test_windows_has_no_capabilities_seccomp_or_escalation_since_1_25() -> None:
    bare = changed(windows(lenient()), "securityContext.runAsNonRoot", True)
    assert found(bare) == []
    assert ids(bare, version=(1, 24)) == {
        "allowPrivilegeEscalation",
        "capabilities_restricted",
        "seccompProfile_restricted",
    }
    assert ids(windows(lenient())) == {"runAsNonRoot"}
    assert ids(changed(bare, "containers.0.securityContext.privileged", True)) == {"privileged"}


def test_user_namespaces_since_1_35() -> None:
    spec = changed(strict(), "hostUsers", False)
    root = changed(without(spec, "securityContext.runAsNonRoot"), "securityContext.runAsUser", 0)
    assert found(root) == []
    assert ids(root, version=(1, 34)) == {"runAsNonRoot", "runAsUser"}
    unmasked = changed(spec, "containers.0.securityContext.procMount", "Unmasked")
    assert ids(unmasked, "baseline") == set()
    assert ids(unmasked) == {"procMount_restricted"}
    assert ids(unmasked, version=(1, 34)) == {"procMount"}
    # Nothing else gives way.
    assert ids(changed(spec, "containers.0.securityContext.capabilities.drop", [])) == {
        "capabilities_restricted"
    }


SINCE: list[tuple[str, Any, str, Version]] = [
    ("securityContext.sysctls.0.name", "net.ipv4.ip_local_reserved_ports", "sysctls", (1, 27)),
    ("securityContext.sysctls.0.name", "net.ipv4.tcp_keepalive_time", "sysctls", (1, 29)),
    ("securityContext.sysctls.0.name", "net.ipv4.tcp_fin_timeout", "sysctls", (1, 29)),
    ("securityContext.sysctls.0.name", "net.ipv4.tcp_rmem", "sysctls", (1, 32)),
    ("securityContext.sysctls.0.name", "net.ipv4.tcp_notsent_lowat", "sysctls", (1, 37)),
    ("securityContext.seLinuxOptions.type", "container_engine_t", "seLinuxOptions", (1, 31)),
]


@pytest.mark.parametrize(("path", "value", "control", "since"), SINCE)
def test_allowed_since(path: str, value: Any, control: str, since: Version) -> None:
    spec = changed(lenient(), path, value)
    assert ids(spec, "baseline", (1, since[1] - 1)) == {control}
    assert found(spec, "baseline", since) == []


FORBIDDEN_SINCE: list[tuple[str, Any, str, Version]] = [
    ("containers.0.livenessProbe.httpGet.host", "a", "hostProbesAndHostLifecycle", (1, 34)),
    ("containers.0.securityContext.allowPrivilegeEscalation", True, "allowPrivilegeEscalation", (1, 8)),
    ("containers.0.securityContext.capabilities.drop", [], "capabilities_restricted", (1, 22)),
    ("containers.0.securityContext.runAsUser", 0, "runAsUser", (1, 23)),
    ("securityContext.seccompProfile.type", None, "seccompProfile_restricted", (1, 19)),
]


@pytest.mark.parametrize(("path", "value", "control", "since"), FORBIDDEN_SINCE)
def test_forbidden_since(path: str, value: Any, control: str, since: Version) -> None:
    spec = changed(strict(), path, value)
    assert control not in ids(spec, version=(1, since[1] - 1))
    assert control in ids(spec, version=since)


def test_seccomp_was_said_by_annotations_before_1_19() -> None:
    pod = "seccomp.security.alpha.kubernetes.io/pod"
    one = "container.seccomp.security.alpha.kubernetes.io/server"
    for value, allowed in (("unconfined", False), ("docker/default", True), ("localhost/a", True)):
        for key in (pod, one):
            broken = ids(lenient(), "baseline", (1, 18), {key: value})
            assert broken == (set() if allowed else {"seccompProfile_baseline"})
            assert found(lenient(), "baseline", (1, 19), {key: value}) == []


def test_other_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="privileged"):
        list(evaluate(strict(), {}, "privileged"))  # type: ignore[arg-type]


def test_evidence_tells_what_is_wrong_apart_and_knows_no_order() -> None:
    spec = lenient()
    spec["containers"] = [
        {"name": "a"},
        {"name": "b", "securityContext": {"privileged": True}},
        {"name": "c"},
    ]
    first = found(spec)
    assert len({(one.control, one.evidence) for one in first}) == len(first)
    spec["containers"].reverse()
    assert {one.evidence for one in found(spec)} == {one.evidence for one in first}
