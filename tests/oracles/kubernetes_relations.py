"""What must be true between the objects of one rendered file, and no schema can say.

A reference leads to something that is there, a selector finds the pods that it is meant to find, and
names, labels and quantities are such as the API server takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.oracles.kubernetes_pod_security import containers

Document = dict[str, Any]
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9](-?[a-z0-9])*")
LABEL_KEY = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
QUANTITY = re.compile(r"\d+(\.\d+)?(m|Ki|Mi|Gi|Ti)?")
# A digest, or the tag that names the inputs of a build in a repository whose tags cannot be moved.
IMAGE = re.compile(r"@sha256:[0-9a-f]{64}$|:in-[0-9a-f]{16}$")
LONGEST_JOB_NAME = 52


def of_kind(documents: list[Document], kind: str) -> list[Document]:
    return [document for document in documents if document["kind"] == kind]


def template_of(document: Document) -> Document | None:
    """The pod template of a Deployment or a CronJob."""
    if document["kind"] == "Deployment":
        return document["spec"]["template"]  # type: ignore[no-any-return]
    if document["kind"] == "CronJob":
        return document["spec"]["jobTemplate"]["spec"]["template"]  # type: ignore[no-any-return]
    return None


def problems(documents: list[Document]) -> list[str]:
    """Everything that is wrong between the objects of one file."""
    found = [problem for document in documents for problem in _metadata(document)]
    templates = [template for document in documents if (template := template_of(document)) is not None]
    assert len(templates) == 1
    found += _selectors(documents, templates[0]["metadata"]["labels"])
    found += _references(documents, templates[0]["spec"])
    found += _containers(templates[0]["spec"])
    found += _ports(documents, templates[0]["spec"])
    return found


def _metadata(document: Document) -> Iterator[str]:
    metadata = document["metadata"]
    limit = LONGEST_JOB_NAME if document["kind"] == "CronJob" else 253
    if not NAME.fullmatch(metadata["name"]) or len(metadata["name"]) > limit:
        yield f"name {metadata['name']}"
    if ("namespace" in metadata) is (document["kind"] == "PersistentVolume"):
        yield f"{document['kind']}: namespace"
    for key, value in metadata["labels"].items():
        if not LABEL_KEY.fullmatch(key) or not LABEL_VALUE.fullmatch(value):
            yield f"label {key}={value}"


def _selectors(documents: list[Document], labels: dict[str, str]) -> Iterator[str]:
    for document in documents:
        spec = document.get("spec", {})
        selectors = {
            "Deployment": lambda spec=spec: spec["selector"]["matchLabels"],
            "Service": lambda spec=spec: spec["selector"],
            "PodDisruptionBudget": lambda spec=spec: spec["selector"]["matchLabels"],
            "NetworkPolicy": lambda spec=spec: spec["podSelector"]["matchLabels"],
            "PodMonitor": lambda spec=spec: spec["selector"]["matchLabels"],
            "SecurityGroupPolicy": lambda spec=spec: spec["podSelector"]["matchLabels"],
        }
        if document["kind"] in selectors:
            selector = selectors[document["kind"]]()
            # Equal for all, and of nothing that may ever change: a Deployment's selector is immutable.
            if set(selector) != {"app.kubernetes.io/name", "app.kubernetes.io/instance"}:
                yield f"{document['kind']}: selects by {sorted(selector)}"
            if any(labels.get(key) != value for key, value in selector.items()):
                yield f"{document['kind']}: does not select the pods"


def _names(documents: list[Document], kind: str) -> set[str]:
    return {document["metadata"]["name"] for document in of_kind(documents, kind)}


def _references(documents: list[Document], spec: Document) -> Iterator[str]:
    secrets = {
        (document["spec"]["target"]["name"], entry["secretKey"])
        for document in of_kind(documents, "ExternalSecret")
        for entry in document["spec"]["data"]
    }
    used: set[tuple[str, str]] = set()
    configured: set[str] = set()
    for container in containers(spec):
        configured |= {item["configMapRef"]["name"] for item in container.get("envFrom", ())}
        for variable in container.get("env", ()):
            if "valueFrom" in variable:
                reference = variable["valueFrom"]["secretKeyRef"]
                used.add((reference["name"], reference["key"]))
    if configured != _names(documents, "ConfigMap"):
        yield f"ConfigMaps: {configured}"
    if used != secrets:
        yield f"secrets: {used ^ secrets}"
    if {spec["serviceAccountName"]} != _names(documents, "ServiceAccount"):
        yield "ServiceAccount"
    yield from _claims(documents, spec)
    yield from _scalers(documents)


def _claims(documents: list[Document], spec: Document) -> Iterator[str]:
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for volume in spec["volumes"]
        if "persistentVolumeClaim" in volume
    }
    if claims != _names(documents, "PersistentVolumeClaim"):
        yield f"claims: {claims}"
    for claim in of_kind(documents, "PersistentVolumeClaim"):
        if claim["spec"]["volumeName"] not in _names(documents, "PersistentVolume"):
            yield f"PersistentVolume of {claim['metadata']['name']}"


def _scalers(documents: list[Document]) -> Iterator[str]:
    for scaler in of_kind(documents, "HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] not in _names(documents, "Deployment"):
            yield "autoscaler"
        if any("replicas" in deployment["spec"] for deployment in of_kind(documents, "Deployment")):
            yield "replicas are set twice"


def _containers(spec: Document) -> Iterator[str]:
    volumes = {volume["name"] for volume in spec["volumes"]}
    mounted: set[str] = set()
    names = [container["name"] for container in containers(spec)]
    if len(names) != len(set(names)):
        yield f"containers: {names}"
    for container in containers(spec):
        paths = [mount["mountPath"] for mount in container["volumeMounts"]]
        mounted |= {mount["name"] for mount in container["volumeMounts"]}
        if len(paths) != len(set(paths)):
            yield f"{container['name']}: mounts {paths}"
        if not LABEL.fullmatch(container["name"]):
            yield f"container {container['name']}"
        resources = container["resources"]
        if resources["requests"] != resources["limits"]:
            yield f"{container['name']}: requests are not limits"
        for amount in resources["limits"].values():
            if not QUANTITY.fullmatch(amount):
                yield f"{container['name']}: quantity {amount}"
        if container["securityContext"]["readOnlyRootFilesystem"] is not True:
            yield f"{container['name']}: root file system"
        if not IMAGE.search(container["image"]):
            yield f"{container['name']}: image {container['image']}"
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if pause >= spec["terminationGracePeriodSeconds"]:
            yield f"{container['name']}: killed while it sleeps"
    if mounted != volumes:
        yield f"volumes: {mounted ^ volumes}"


def _ports(documents: list[Document], spec: Document) -> Iterator[str]:
    ports = [port for container in containers(spec) for port in container.get("ports", ())]
    named = [port["name"] for port in ports if "name" in port]
    numbers = [port["containerPort"] for port in ports]
    if len(named) != len(set(named)) or len(numbers) != len(set(numbers)):
        yield f"ports: {named} {numbers}"
    for name in named:
        if not PORT_NAME.fullmatch(name) or len(name) > 15:
            yield f"port {name}"
    wanted = [
        port["targetPort"] for service in of_kind(documents, "Service") for port in service["spec"]["ports"]
    ]
    wanted += [
        item["port"]
        for found in of_kind(documents, "PodMonitor")
        for item in found["spec"]["podMetricsEndpoints"]
    ]
    for container in containers(spec):
        probes = [container.get(key, {}) for key in ("startupProbe", "readinessProbe", "livenessProbe")]
        for probe in probes:
            target = probe.get("httpGet") or probe.get("tcpSocket")
            if target is not None and isinstance(target["port"], str):
                wanted.append(target["port"])
    if not set(wanted) <= set(named):
        yield f"no port is called {set(wanted) - set(named)}"
