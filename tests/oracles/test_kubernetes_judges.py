"""The judges of test_kubernetes.py are judged: each defect that they are there for, put into a good file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.oracles.kubernetes_pod_security import violations
from tests.oracles.kubernetes_relations import problems, template_of

CASE = Path(__file__).resolve().parents[1] / "golden" / "kubernetes" / "everything" / "expected"
(MANIFEST,) = CASE.rglob("manifests.yaml")
GOOD = list(yaml.safe_load_all(MANIFEST.read_text()))
Documents = list[dict[str, Any]]
Damage = Callable[[dict[str, Any]], object]


def pod(documents: Documents) -> dict[str, Any]:
    (template,) = (template for item in documents if (template := template_of(item)) is not None)
    return template["spec"]  # type: ignore[no-any-return]


def kind(documents: Documents, name: str) -> dict[str, Any]:
    return next(item for item in documents if item["kind"] == name)


INSECURE: dict[str, Damage] = {
    "host network": lambda spec: spec.update(hostNetwork=True),
    "host path": lambda spec: spec["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    "sysctl": lambda spec: spec["securityContext"].update(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
    "root pod": lambda spec: spec["securityContext"].update(runAsUser=0),
    "root container": lambda spec: spec["containers"][0]["securityContext"].update(runAsUser=0),
    "root allowed": lambda spec: spec["containers"][0]["securityContext"].update(runAsNonRoot=False),
    "privileged": lambda spec: spec["initContainers"][0]["securityContext"].update(privileged=True),
    "escalation": lambda spec: spec["containers"][1]["securityContext"].pop("allowPrivilegeEscalation"),
    "capabilities kept": lambda spec: spec["containers"][0]["securityContext"].pop("capabilities"),
    "capability": lambda spec: spec["containers"][0]["securityContext"]["capabilities"].update(
        add=["NET_ADMIN"]
    ),
    "seccomp": lambda spec: spec["containers"][0]["securityContext"].update(
        seccompProfile={"type": "Unconfined"}
    ),
    "host port": lambda spec: spec["containers"][0]["ports"][0].update(hostPort=80),
    "probed host": lambda spec: spec["containers"][0]["readinessProbe"]["httpGet"].update(host="example.com"),
    "proc": lambda spec: spec["containers"][0]["securityContext"].update(procMount="Unmasked"),
}
BROKEN: dict[str, Callable[[Documents], object]] = {
    "selector": lambda docs: kind(docs, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"].update(
        {"app.kubernetes.io/name": "other"}
    ),
    "changing selector": lambda docs: kind(docs, "Service")["spec"]["selector"].update(environment="dev"),
    "no such secret": lambda docs: kind(docs, "ExternalSecret")["spec"]["data"].pop(),
    "no such variables": lambda docs: docs.remove(kind(docs, "ConfigMap")),
    "no such claim": lambda docs: docs.remove(kind(docs, "PersistentVolumeClaim")),
    "no such volume": lambda docs: docs.remove(kind(docs, "PersistentVolume")),
    "no such account": lambda docs: docs.remove(kind(docs, "ServiceAccount")),
    "replicas twice": lambda docs: kind(docs, "Deployment")["spec"].update(replicas=2),
    "scaler of another": lambda docs: kind(docs, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"].update(
        name="x"
    ),
    "unmounted volume": lambda docs: pod(docs)["volumes"].append({"name": "x", "emptyDir": {}}),
    "mounted twice": lambda docs: pod(docs)["containers"][0]["volumeMounts"].append(
        {"name": "weights", "mountPath": "/tmp"}
    ),
    "requests": lambda docs: pod(docs)["containers"][0]["resources"]["requests"].update(cpu="1"),
    "quantity": lambda docs: pod(docs)["containers"][0]["resources"]["limits"].update(cpu="1.5 cores"),
    "tag": lambda docs: pod(docs)["containers"][0].update(image="docker.io/acme/fraud:latest"),
    "port name": lambda docs: kind(docs, "Service")["spec"]["ports"][0].update(targetPort="web"),
    "port twice": lambda docs: pod(docs)["containers"][0]["ports"][1].update(containerPort=8080),
    "label": lambda docs: kind(docs, "Service")["metadata"]["labels"].update(
        {"modelyard.dev/owner": "acme/risk"}
    ),
    "name": lambda docs: kind(docs, "Service")["metadata"].update(name="Fraud"),
    "killed asleep": lambda docs: pod(docs).update(terminationGracePeriodSeconds=15),
    "writable root": lambda docs: pod(docs)["containers"][0]["securityContext"].update(
        readOnlyRootFilesystem=False
    ),
}


def test_a_good_file_is_good() -> None:
    assert violations(pod(GOOD)) == []
    assert problems(GOOD) == []


@pytest.mark.parametrize("name", INSECURE)
def test_what_is_not_restricted_is_seen(name: str) -> None:
    documents = copy.deepcopy(GOOD)
    INSECURE[name](pod(documents))
    assert violations(pod(documents))


@pytest.mark.parametrize("name", BROKEN)
def test_what_leads_nowhere_is_seen(name: str) -> None:
    documents = copy.deepcopy(GOOD)
    BROKEN[name](documents)
    assert problems(documents)
