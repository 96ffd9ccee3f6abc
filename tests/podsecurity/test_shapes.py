"""Whatever a pod is made of, the evaluator answers; what has the wrong shape never passes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.podsecurity import CONTROLS, Level, evaluate
from tests.podsecurity.pods import LISTS, changed, strict

KEYS = [
    *LISTS,
    *("securityContext", "volumes", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "os", "name"),
    *(
        "hostPath",
        "emptyDir",
        "ports",
        "hostPort",
        "livenessProbe",
        "lifecycle",
        "preStop",
        "httpGet",
        "host",
    ),
    *("privileged", "capabilities", "add", "drop", "procMount", "sysctls", "seLinuxOptions", "type", "user"),
    *("windowsOptions", "hostProcess", "runAsNonRoot", "runAsUser", "allowPrivilegeEscalation"),
    *("seccompProfile", "appArmorProfile", "annotations", "container.apparmor.security.beta.kubernetes.io/a"),
]
TEXTS = st.sampled_from(["", "ALL", "CHOWN", "windows", "RuntimeDefault", "Default", "\x1b\u202e", "\ud800"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.text(max_size=5))
NAMES = st.one_of(st.sampled_from(KEYS), st.text(max_size=5))
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)
LEVELS: tuple[Level, ...] = ("baseline", "restricted")


@given(ANYTHING, ANYTHING, st.integers(0, 40))
@settings(max_examples=300, deadline=None)
def test_anything_gets_an_answer(spec: Any, metadata: Any, minor: int) -> None:
    looser, stricter = (list(evaluate(spec, metadata, level, (1, minor))) for level in LEVELS)
    assert {one.control for one in stricter} <= CONTROLS.keys()
    assert all(one in stricter for one in looser)
    for one in stricter:
        assert one.message.isprintable()
        assert one.evidence.isprintable()
    if not isinstance(spec, dict):
        assert any(one.control == "readablePod" for one in looser)


# Every field that is looked at, with the types that it may have.
FIELDS: list[tuple[str, tuple[type, ...], Level]] = [
    ("hostNetwork", (bool,), "baseline"),
    ("hostPID", (bool,), "baseline"),
    ("hostIPC", (bool,), "baseline"),
    ("hostUsers", (bool,), "baseline"),
    ("os", (dict,), "baseline"),
    ("os.name", (str,), "baseline"),
    ("securityContext", (dict,), "baseline"),
    ("volumes", (list,), "baseline"),
    ("volumes.0", (dict,), "baseline"),
    ("volumes.0.emptyDir", (dict,), "restricted"),
    ("securityContext.sysctls", (list,), "baseline"),
    ("securityContext.sysctls.0", (dict,), "baseline"),
    ("securityContext.sysctls.0.name", (str,), "baseline"),
    ("securityContext.runAsNonRoot", (bool,), "restricted"),
    ("securityContext.runAsUser", (int,), "restricted"),
]
OF_CONTAINERS: list[tuple[str, tuple[type, ...], Level]] = [
    ("", (list,), "baseline"),
    (".0", (dict,), "baseline"),
    (".0.securityContext", (dict,), "baseline"),
    (".0.ports", (list,), "baseline"),
    (".0.ports.0", (dict,), "baseline"),
    (".0.ports.0.hostPort", (int,), "baseline"),
    (".0.livenessProbe", (dict,), "baseline"),
    (".0.readinessProbe.httpGet", (dict,), "baseline"),
    (".0.startupProbe.tcpSocket.host", (str,), "baseline"),
    (".0.lifecycle", (dict,), "baseline"),
    (".0.lifecycle.preStop", (dict,), "baseline"),
    (".0.lifecycle.postStart.httpGet.host", (str,), "baseline"),
    (".0.securityContext.privileged", (bool,), "baseline"),
    (".0.securityContext.procMount", (str,), "baseline"),
    (".0.securityContext.capabilities", (dict,), "baseline"),
    (".0.securityContext.capabilities.add", (list,), "baseline"),
    (".0.securityContext.capabilities.add.0", (str,), "baseline"),
    (".0.securityContext.capabilities.drop", (list,), "restricted"),
    (".0.securityContext.capabilities.drop.0", (str,), "restricted"),
    (".0.securityContext.allowPrivilegeEscalation", (bool,), "restricted"),
    (".0.securityContext.runAsNonRoot", (bool,), "restricted"),
    (".0.securityContext.runAsUser", (int,), "restricted"),
]
OF_BOTH: list[tuple[str, tuple[type, ...], Level]] = [
    ("seccompProfile", (dict,), "baseline"),
    ("seccompProfile.type", (str,), "baseline"),
    ("appArmorProfile", (dict,), "baseline"),
    ("appArmorProfile.type", (str,), "baseline"),
    ("seLinuxOptions", (dict,), "baseline"),
    ("seLinuxOptions.type", (str,), "baseline"),
    ("seLinuxOptions.user", (str,), "baseline"),
    ("windowsOptions", (dict,), "baseline"),
    ("windowsOptions.hostProcess", (bool,), "baseline"),
]
ALL_FIELDS = [
    *FIELDS,
    *((where + path, types, level) for where in LISTS for path, types, level in OF_CONTAINERS),
    *(
        (f"{where}securityContext.{path}", types, level)
        for where in ("", *(f"{key}.0." for key in LISTS))
        for path, types, level in OF_BOTH
    ),
]
WRONG: list[Any] = ["", "false", 0, 1, 0.0, True, False, [], {}, ["ALL"], {"name": "a"}]


@pytest.mark.parametrize("kind", ["linux", "windows", "own users"])
@pytest.mark.parametrize(("path", "types", "level"), ALL_FIELDS)
def test_the_wrong_shape_never_passes(path: str, types: tuple[type, ...], level: Level, kind: str) -> None:
    spec = strict()
    if kind == "own users":
        spec["hostUsers"] = False
    elif path.partition(".")[0] != "os":
        spec["os"] = {"name": kind}
    for value in WRONG:
        if type(value) not in types:
            wrong = changed(spec, path, value)
            assert list(evaluate(wrong, {}, level)), value
            assert list(evaluate(wrong, {}, "restricted")), value


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_anything_in_any_field_gets_an_answer(data: st.DataObject) -> None:
    spec = strict()
    path, _, _ = data.draw(st.sampled_from(ALL_FIELDS))
    value = data.draw(ANYTHING)
    for one in evaluate(changed(spec, path, value), {}, "restricted"):
        assert one.path
        assert one.message.isprintable()
        assert one.evidence.isprintable()


@pytest.mark.parametrize("metadata", ["text", ["list"], 1, {"annotations": "text"}, {"annotations": []}])
def test_the_wrong_shape_of_metadata_never_passes(metadata: Any) -> None:
    (one,) = evaluate(strict(), metadata, "baseline")
    assert (one.control, one.within) == ("readablePod", "metadata")


@pytest.mark.parametrize("spec", [None, "text", [], [strict()], 1, True])
def test_what_is_no_spec_never_passes(spec: Any) -> None:
    (one,) = evaluate(spec, {}, "baseline")
    assert one.control == "readablePod"


@pytest.mark.parametrize("path", ["containers.0.ports.0.hostPort", "securityContext.runAsUser", "hostPID"])
def test_numbers_too_long_to_be_written_out(path: str) -> None:
    (one,) = evaluate(changed(strict(), path, 10**5000), {}, "restricted")
    assert "a huge number" in one.message
