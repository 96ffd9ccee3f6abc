"""What is prepared for podman loses nothing: what is not known is an error. No engine is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.containers.kube_manifest import Unsupported, prepare
from tests.support.containers.repository import ROOT

RENDERED = sorted(ROOT.glob("environments/*/rendered/*/kubernetes/*/manifests.yaml"))
IRIS = ROOT / "environments/dev/rendered/iris-classifier/kubernetes/eu-west-1/manifests.yaml"


def workload(text: str) -> Any:
    (found,) = (one for one in yaml.safe_load_all(text) if one["kind"] in ("Deployment", "Pod"))
    return found


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_everything_rendered_is_prepared_or_refused_by_name(path: Path) -> None:
    text = path.read_text()
    if "nvidia.com/gpu: " in text:
        with pytest.raises(Unsupported, match=r"nvidia\.com/gpu"):
            prepare(text, storage=False)
    else:
        assert prepare(text, storage=False).containers


def test_only_ports_probes_and_storage_are_changed() -> None:
    before = IRIS.read_text()
    prepared = prepare(before, storage=True)
    (old,), (new,) = (
        (
            one["spec"]["template"]["spec"]["containers"]
            for one in yaml.safe_load_all(text)
            if one["kind"] == "Deployment"
        )
        for text in (before, prepared.text)
    )
    changed = {key for key in {*old[0], *new[0]} if old[0].get(key) != new[0].get(key)}
    assert changed == {"startupProbe", "readinessProbe", "livenessProbe", "ports", "env"}
    assert [(probe.kind, probe.port, probe.path) for probe in prepared.probes] == [
        ("startupProbe", 8080, "/ping"),
        ("readinessProbe", 8080, "/ping"),
        ("livenessProbe", 8080, ""),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enableServiceLinks: false", "hostNetwork: true", "hostNetwork"),
        ("terminationMessagePolicy: FallbackToLogsOnError", "stdin: true", "stdin"),
        ("allowPrivilegeEscalation: false", "privileged: true", "privileged"),
        ("failureThreshold: 12", "initialDelaySeconds: 1", "initialDelaySeconds"),
        ("ephemeral-storage: 128Mi", "hugepages-2Mi: 2Mi", "hugepages-2Mi"),
        ("kind: Service\n", "kind: Gateway\n", "Gateway"),
        ("kind: Deployment\nmetadata:", "kind: StatefulSet\nmetadata:", "StatefulSet"),
    ],
)
def test_what_is_not_known_is_refused(old: str, new: str, expected: str) -> None:
    text = IRIS.read_text()
    assert old in text
    with pytest.raises(Unsupported, match=expected):
        prepare(text.replace(old, new), storage=False)
