"""What others say of the rendered Kubernetes files: of every golden case, and of the repository's own.

Judges: the API's schemas in three versions (strict: unknown fields are errors), kustomize, the restricted
Pod Security Standard, cfn-lint, and the shapes of custom resources, which no schema package has.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.oracles.kubernetes_pod_security import containers, violations
from tests.oracles.kubernetes_relations import of_kind, problems, template_of

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "tests/golden/kubernetes/*/expected/environments/*/rendered/*/kubernetes",
    "environments/*/rendered/*/kubernetes",
)
VERSIONS = ("1.34", "1.35", "1.36")
KUBECTL = shutil.which("kubectl")


def rendered(name: str) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/{name}"))


MANIFESTS = rendered("manifests.yaml")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def load(path: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return list(yaml.load_all(path.read_text(), loader))


# The fields of each custom resource, by path: anything else would be dropped or refused by its server.
# external-secrets.io/v1 ExternalSecret, gateway.networking.k8s.io/v1 HTTPRoute, monitoring.coreos.com/v1
# PodMonitor, vpcresources.k8s.aws/v1beta1 SecurityGroupPolicy.
CUSTOM: dict[tuple[str, str], dict[str, Any]] = {
    ("external-secrets.io/v1", "ExternalSecret"): {
        "refreshInterval": str,
        "secretStoreRef": {"name": str, "kind": {"ClusterSecretStore", "SecretStore"}},
        "target": {"name": str, "creationPolicy": {"Owner"}, "deletionPolicy": {"Retain"}},
        "data": [
            {
                "secretKey": str,
                "remoteRef": {
                    "key": str,
                    "property?": str,
                    "conversionStrategy": {"Default"},
                    "decodingStrategy": {"None"},
                    "metadataPolicy": {"None"},
                },
                "sourceRef?": {"storeRef": {"name": str, "kind": {"ClusterSecretStore", "SecretStore"}}},
            }
        ],
    },
    ("gateway.networking.k8s.io/v1", "HTTPRoute"): {
        "parentRefs": [
            {"group": {"gateway.networking.k8s.io"}, "kind": {"Gateway"}, "name": str, "namespace": str}
        ],
        "hostnames": [str],
        "rules": [
            {
                "matches": [{"path": {"type": {"PathPrefix", "Exact"}, "value": str}}],
                "backendRefs": [
                    {"group": {""}, "kind": {"Service"}, "name": str, "port": int, "weight": int}
                ],
            }
        ],
    },
    ("monitoring.coreos.com/v1", "PodMonitor"): {
        "selector": {"matchLabels": dict},
        "podMetricsEndpoints": [{"port": str, "path": str, "scheme": {"http", "https"}}],
    },
    ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"): {
        "podSelector": {"matchLabels": dict},
        "securityGroups": {"groupIds": [str]},
    },
}


def misfits(value: Any, shape: Any, path: str) -> list[str]:
    """Where a value is not of a shape: a type, a set, a list of one shape, or fields (``?``: optional)."""
    if isinstance(shape, set):
        return [] if value in shape else [f"{path}: {value}"]
    if isinstance(shape, type):
        return [] if type(value) is shape else [f"{path}: {value!r}"]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{path}: an empty list"]
        return [
            problem
            for index, item in enumerate(value)
            for problem in misfits(item, shape[0], f"{path}[{index}]")
        ]
    fields = {key.rstrip("?"): inner for key, inner in shape.items()}
    found = [f"{path}.{key}: unknown" for key in value if key not in fields]
    found += [f"{path}.{key}: missing" for key in shape if not key.endswith("?") and key not in value]
    for key, inner in fields.items():
        if key in value:
            found += misfits(value[key], inner, f"{path}.{key}")
    return found


def test_there_is_something_to_judge() -> None:
    kinds = {document["kind"] for path in MANIFESTS for document in load(path)}
    assert kinds >= {kind for _, kind in CUSTOM}
    assert kinds >= {"Deployment", "CronJob", "Ingress", "PersistentVolume", "HorizontalPodAutoscaler"}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_api_knows_every_field(version: str) -> None:
    import kubernetes_validate

    for path in MANIFESTS:
        for document in load(path):
            shape = CUSTOM.get((document["apiVersion"], document["kind"]))
            if shape is not None:
                assert misfits(document["spec"], shape, "spec") == [], named(path)
            else:
                kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=named)
def test_pods_are_restricted_and_their_references_lead_somewhere(path: Path) -> None:
    documents = load(path)
    templates = [template for document in documents if (template := template_of(document)) is not None]
    assert [violations(template["spec"]) for template in templates] == [[]]
    assert problems(documents) == []


def identity(document: dict[str, Any]) -> tuple[str, str, str, str]:
    metadata = document["metadata"]
    group = document["apiVersion"].rpartition("/")[0]
    return (group, document["kind"], metadata.get("namespace", ""), metadata["name"])


@pytest.mark.parametrize("path", rendered("kustomization.yaml"), ids=named)
def test_kustomize_builds_it(path: Path) -> None:
    """By what kustomize demands of resources, and by the real one where there is a kubectl."""
    (kustomization,) = load(path)
    assert (kustomization["apiVersion"], kustomization["kind"]) == (
        "kustomize.config.k8s.io/v1beta1",
        "Kustomization",
    )
    documents = [document for name in kustomization["resources"] for document in load(path.parent / name)]
    names = {identity(document): document for document in documents}
    assert len(names) == len(documents)
    if KUBECTL is not None:
        built = subprocess.run(
            [KUBECTL, "kustomize", str(path.parent)], capture_output=True, text=True, check=True, timeout=60
        )
        assert {identity(item): item for item in yaml.safe_load_all(built.stdout)} == names


@pytest.mark.parametrize("path", rendered("iam.yaml"), ids=named)
def test_cfn_lint_finds_nothing(path: Path) -> None:
    from cfnlint.api import lint

    place = path.parent.name
    assert [str(match) for match in lint(path.read_text(), regions=[place])] == []


@pytest.mark.parametrize("path", rendered("iam.yaml"), ids=named)
def test_only_the_service_account_of_the_pods_gets_the_role(path: Path) -> None:
    (template,) = load(path)
    documents = load(path.with_name("manifests.yaml"))
    (account,) = of_kind(documents, "ServiceAccount")
    role = template["Resources"]["Role"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    named_account = (account["metadata"]["namespace"], account["metadata"]["name"])
    annotation = account["metadata"].get("annotations", {}).get("eks.amazonaws.com/role-arn", "")
    equal = trust["Condition"]["StringEquals"]
    association = template["Resources"].get("Association")
    assert len(role["RoleName"]) <= 64
    if association is None:
        assert annotation.endswith(f":role/{role['RoleName']}")
        assert "system:serviceaccount:{}:{}".format(*named_account) in equal.values()
    else:
        properties = association["Properties"]
        assert annotation == ""
        assert (properties["Namespace"], properties["ServiceAccount"]) == named_account
        assert tuple(equal.values()) == named_account


def test_fargate_gets_nothing_that_it_cannot_run() -> None:
    found = 0
    for path in MANIFESTS:
        documents = load(path)
        for document in documents:
            template = template_of(document)
            labels = template["metadata"]["labels"] if template is not None else {}
            if template is None or not {"modelyard.dev/compute", "profile"} & set(labels):
                continue
            found += 1
            spec = template["spec"]
            assert spec["nodeSelector"]["kubernetes.io/arch"] == "amd64"
            assert not any("ephemeral" in volume for volume in spec["volumes"])
            assert not any("nvidia.com/gpu" in part["resources"]["limits"] for part in containers(spec))
            assert of_kind(documents, "NetworkPolicy") == [], "EKS would not enforce it"
            if document["kind"] == "CronJob":
                assert document["spec"]["jobTemplate"]["spec"]["ttlSecondsAfterFinished"] > 0
    assert found >= 3
