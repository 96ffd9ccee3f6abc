"""What a workload is made of: secrets, weights, volumes, health, the content tag, and what it asks for."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.artifact import TextFile
from modelyard.resolve.images import input_tag
from modelyard.resolve.workload import Feature, ImageBuild
from modelyard.spec.container import Metrics, Serve
from modelyard.targets.registry import discover
from modelyard.values import Duration
from tests.support.repo import COMMON
from tests.support.resolving import BUILD, DIGEST, SHA256, manifest, repository, resolve, workload

DEV = (COMMON / "environments/dev/environment.yaml").read_text()
REFERENCE = f"image: {{reference: registry.example.com/echo@{DIGEST}}}"
SECRET = "secrets: {A: {ssm: a}}"
SIDE = f"image: registry.example.com/side@{DIGEST}"
TWO = """containers:
  front: {image: {build: {base: python-3.12-slim, command: [front]}}, serve: {}}
  back: {image: {build: {base: python-3.12-slim, command: [back]}}}"""


@pytest.mark.parametrize(
    ("prefix", "said", "store", "name", "arn"),
    [
        (
            "dev/",
            "{secretsManager: fraud/db, key: password}",
            "secretsmanager",
            "dev/fraud/db",
            "secret:dev/fraud/db",
        ),
        ("", "{secretsManager: fraud/db}", "secretsmanager", "fraud/db", "secret:fraud/db"),
        ("dev/", "{ssm: fraud/token}", "ssm", "/dev/fraud/token", "parameter/dev/fraud/token"),
        ("", "{ssm: token}", "ssm", "/token", "parameter/token"),
        ("/dev/", "{ssm: token}", "ssm", "/dev/token", "parameter/dev/token"),
    ],
)
def test_secrets_get_the_prefix_and_the_account(
    tmp_path: Path, prefix: str, said: str, store: str, name: str, arn: str
) -> None:
    environment = DEV.replace("secretPrefix: dev/", f'secretPrefix: "{prefix}"')
    files = {"environments/dev/environment.yaml": environment}
    (secret,) = workload(repository(tmp_path, manifest(f"secrets: {{A: {said}}}"), files)).secrets
    service = "secretsmanager" if store == "secretsmanager" else "ssm"
    assert (secret.variable, secret.store, secret.name) == ("A", store, name)
    assert secret.arn == f"arn:aws:{service}:eu-west-1:111122223333:{arn}"


def test_a_secret_that_two_variables_read_is_one_secret(tmp_path: Path) -> None:
    said = manifest(
        "secrets: {A: {secretsManager: db, key: a}, B: {secretsManager: db, key: b}, C: {ssm: db}}"
    )
    item = workload(repository(tmp_path, said))
    assert [(secret.store, secret.name) for secret in item.secrets] == [
        ("secretsmanager", "dev/db"),
        ("ssm", "/dev/db"),
    ]
    assert [secret.key for secret in item.primary.secrets] == ["a", "b", ""]


def test_weights_that_the_server_fetches_are_named_to_it(tmp_path: Path) -> None:
    where = "source: s3://acme-models/e/m.bin, path: /opt/ml/m.bin"
    artifact = f"{{{where}, sha256: {SHA256}, fetchedBy: server, versionId: v}}"
    item = workload(repository(tmp_path, manifest(f"artifacts: {{big-model: {artifact}}}", "env: {A: b}")))
    assert item.deliveries == ()
    assert {name: value for name, value in item.primary.env.items() if name.startswith("ARTIFACT")} == {
        "ARTIFACT_BIG_MODEL_URI": "s3://acme-models/e/m.bin",
        "ARTIFACT_BIG_MODEL_SHA256": SHA256,
        "ARTIFACT_BIG_MODEL_PATH": "/opt/ml/m.bin",
        "ARTIFACT_BIG_MODEL_VERSION_ID": "v",
    }
    assert list(item.primary.env) == sorted(item.primary.env)


def test_hosted_models_each_get_a_folder(tmp_path: Path) -> None:
    models = f"models: {{thai: {{source: s3://acme-models/menus/thai.json, sha256: {SHA256}, size: 1Mi}}}}"
    (delivery,) = workload(repository(tmp_path, manifest(models))).deliveries
    assert (delivery.path, delivery.folder) == ("/opt/ml/models/thai/thai.json", "/opt/ml/models/thai")
    assert (delivery.size_bytes, delivery.containers) == (2**20, ("model",))


@pytest.mark.parametrize(
    ("lines", "image", "expected"),
    [
        ((), BUILD, ("python", "-c", "…", "http://127.0.0.1:8080/ping")),
        (
            ("serve: {port: 9000, ping: /health}",),
            BUILD,
            ("python", "-c", "…", "http://127.0.0.1:9000/health"),
        ),
        (("serve: {healthCommand: [check, -x]}",), BUILD, ("check", "-x")),
        (("serve: {healthCommand: [check]}",), REFERENCE, ("check",)),
        ((), REFERENCE, ()),
    ],
)
def test_health_command(
    tmp_path: Path, lines: tuple[str, ...], image: str, expected: tuple[str, ...]
) -> None:
    resolved, _ = resolve(repository(tmp_path, manifest(*lines, image=image)))
    command = resolved.workloads[0].primary.health_command
    assert tuple("…" if "import" in word else word for word in command) == expected


def test_a_job_has_no_health_command(tmp_path: Path) -> None:
    assert workload(repository(tmp_path, manifest(kind="Job"))).primary.health_command == ()


ARTIFACT = f"{{source: s3://acme-models/e/m.bin, sha256: {SHA256}, path: /opt/ml/m.bin%s}}"
JOB = {Feature.JOB, Feature.RETRIES, Feature.TIMEOUT}
# What a manifest says, and the features it asks for beside those of any service or job: with the field.
FEATURES: list[tuple[str, tuple[str, ...], str, dict[Feature, tuple[str | int, ...]]]] = [
    ("Service", ("resources: {gpu: {type: nvidia-l4}}",), BUILD, {Feature.GPU: ("resources", "gpu")}),
    ("Service", ("architecture: arm64",), BUILD, {Feature.ARM64: ("architecture",)}),
    (
        "Service",
        ("resources: {sharedMemory: 64Mi}",),
        BUILD,
        {Feature.SHARED_MEMORY: ("resources", "sharedMemory")},
    ),
    ("Service", ("resources: {storage: 30Gi}",), BUILD, {Feature.STORAGE: ("resources", "storage")}),
    ("Service", ("secrets: {A: {ssm: a}}",), BUILD, {Feature.SECRETS: ("secrets",)}),
    ("Service", ("permissions: {sqs: {send: [q]}}",), BUILD, {Feature.PERMISSIONS: ("permissions",)}),
    ("Service", (f"artifacts: {{a: {ARTIFACT % ''}}}",), BUILD, {Feature.ARTIFACTS: ("artifacts", "a")}),
    (
        "Service",
        (f"artifacts: {{a: {ARTIFACT % ', fetchedBy: server'}}}",),
        BUILD,
        {Feature.PERMISSIONS: ("artifacts", "a")},
    ),
    (
        "Service",
        (f"models: {{m: {{source: s3://acme-models/m, sha256: {SHA256}}}}}",),
        BUILD,
        {Feature.MULTI_MODEL: ("models",)},
    ),
    ("Service", (), TWO, {Feature.MULTI_CONTAINER: ("containers",)}),
    ("Service", (f"sidecars: {{s: {{{SIDE}}}}}",), BUILD, {Feature.SIDECARS: ("sidecars", "s")}),
    (
        "Service",
        ("sidecars: {s: {use: firelens}}",),
        BUILD,
        {Feature.SIDECARS: ("sidecars", "s"), Feature.FIRELENS: ("sidecars", "s", "use")},
    ),
    (
        "Service",
        (f"sidecars: {{s: {{{SIDE}, resources: {{gpu: {{type: nvidia-l4}}}}, {SECRET}}}}}",),
        BUILD,
        {
            Feature.SIDECARS: ("sidecars", "s"),
            Feature.GPU: ("sidecars", "s", "resources", "gpu"),
            Feature.SECRETS: ("sidecars", "s", "secrets"),
        },
    ),
    (
        "Service",
        ("dependsOn: {s: started}", f"sidecars: {{s: {{{SIDE}}}}}"),
        BUILD,
        {Feature.SIDECARS: ("sidecars", "s"), Feature.ORDER: ("dependsOn",)},
    ),
    (
        "Service",
        ("volumes: {v: {path: /v, efs: {fileSystem: features}}}",),
        BUILD,
        {Feature.EFS: ("volumes", "v")},
    ),
    ("Service", ("volumes: {v: {path: /v, ebs: {size: 1Gi}}}",), BUILD, {Feature.EBS: ("volumes", "v")}),
    ("Service", ("volumes: {v: {path: /v, scratch: {}}}",), BUILD, {Feature.SCRATCH: ("volumes", "v")}),
    (
        "Service",
        ("network: {allowTo: [{cidr: 10.0.0.0/8, port: 1}]}",),
        BUILD,
        {Feature.NETWORK: ("network",)},
    ),
    (
        "Service",
        ("network: {allowFrom: [{cidr: 10.0.0.0/8}, {namespace: web}]}",),
        BUILD,
        {Feature.NETWORK: ("network",), Feature.NETWORK_NAMESPACE: ("network", "allowFrom", 1, "namespace")},
    ),
    ("Service", ("serve: {metrics: {port: 9090}}",), BUILD, {Feature.METRICS: ("serve", "metrics")}),
    ("Service", ("scaling: {min: 0}",), BUILD, {Feature.SCALE_TO_ZERO: ("scaling", "min")}),
    ("Service", ("scaling: {requests: 100}",), BUILD, {Feature.SCALE_ON_REQUESTS: ("scaling", "requests")}),
    ("Job", ("schedule: {cron: 0 0 * * *}",), BUILD, {Feature.SCHEDULE: ("schedule",)}),
    ("Job", ("parallelism: 2",), BUILD, {Feature.PARALLELISM: ("parallelism",)}),
]


@pytest.mark.parametrize(
    ("kind", "lines", "image", "expected"), FEATURES, ids=[str(i) for i in range(len(FEATURES))]
)
def test_features(
    tmp_path: Path,
    kind: str,
    lines: tuple[str, ...],
    image: str,
    expected: dict[Feature, tuple[str | int, ...]],
) -> None:
    item = workload(repository(tmp_path, manifest(*lines, kind=kind, image=image)))
    always = {Feature.SERVICE, Feature.SCALING} if kind == "Service" else JOB
    assert {feature: path for feature, path in item.features.items() if feature not in always} == expected
    assert always <= set(item.features)


def test_every_feature_has_a_case() -> None:
    asked = {feature for *_, expected in FEATURES for feature in expected}
    assert asked | JOB | {Feature.SERVICE, Feature.SCALING} == set(Feature)


def test_a_fixed_number_of_replicas_is_no_scaling(tmp_path: Path) -> None:
    assert (
        Feature.SCALING not in workload(repository(tmp_path, manifest("scaling: {min: 2, max: 2}"))).features
    )


SOURCE = {
    "models/echo/src/a.py": "a = 1\n",
    "models/echo/requirements.lock": f"idna==3.10 --hash=sha256:{SHA256}\n",
}
SOURCED = BUILD.replace("{base", "{source: src, requirements: requirements.lock, system: [libgomp1], base")


def build(root: Path, *lines: str, image: str = SOURCED) -> tuple[str, ImageBuild]:
    item = workload(repository(root, manifest(*lines, image=image), SOURCE))
    assert item.primary.build is not None
    return item.primary.image.rpartition(":")[2], item.primary.build


def test_the_content_tag_is_the_same_on_every_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = build(tmp_path / "one")
    for path in sorted((tmp_path / "one").rglob("*"), reverse=True):
        os.utime(path, (1, 1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Manila")
    monkeypatch.setenv("LC_ALL", "C")
    assert build(tmp_path / "two" / "deeper")[0] == first
    assert workload(tmp_path / "one").primary.image.endswith(first)


def recipe(item: ImageBuild) -> tuple[str, str]:
    """What decides the image besides the files that are copied into it."""
    dockerfile, ignored = discover().images["dockerfile"].render(item)
    assert isinstance(dockerfile.document, TextFile)
    assert isinstance(ignored.document, TextFile)
    return item.architecture, dockerfile.document.text + ignored.document.text


CHANGES: dict[str, Callable[[ImageBuild], ImageBuild]] = {
    "base": lambda item: dataclasses.replace(
        item, base=dataclasses.replace(item.base, digest="sha256:" + "f" * 64)
    ),
    "architecture": lambda item: dataclasses.replace(item, architecture="arm64"),
    "requirements": lambda item: dataclasses.replace(item, requirements=""),
    "system": lambda item: dataclasses.replace(item, system=()),
    "system moved into source": lambda item: dataclasses.replace(item, system=(), source="libgomp1"),
    "source": lambda item: dataclasses.replace(item, source="other"),
    "command": lambda item: dataclasses.replace(item, command=("python", "-m http.server")),
    "user": lambda item: dataclasses.replace(item, user="1:1"),
    "folders": lambda item: dataclasses.replace(item, folders=("/opt/ml",)),
    "labels": lambda item: dataclasses.replace(item, labels={**item.labels, "x": "y"}),
    "serve": lambda item: dataclasses.replace(item, serve=None),
    "port": lambda item: dataclasses.replace(item, serve=Serve(port=9000)),
    "health": lambda item: dataclasses.replace(item, health_command=("x",)),
    "startup": lambda item: dataclasses.replace(item, serve=Serve(startup=Duration(1))),
    "metrics": lambda item: dataclasses.replace(item, serve=Serve(metrics=Metrics(port=9090))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_content_tag_changes_with_everything_that_the_image_says(tmp_path: Path, change: str) -> None:
    _, item = build(tmp_path)
    assert recipe(CHANGES[change](item)) != recipe(item)


def test_the_content_tag_changes_with_the_recipe() -> None:
    assert input_tag(b"FROM a", "amd64", "c") != input_tag(b"FROM b", "amd64", "c")
    assert input_tag(b"FROM a", "amd64", "c") != input_tag(b"FROM a", "arm64", "c")


def test_the_content_tag_changes_with_every_file(tmp_path: Path) -> None:
    tag, _ = build(tmp_path)
    assert input_tag(b"FROM a", "amd64", "c") != input_tag(b"FROM a", "amd64", "d")
    (tmp_path / "models/echo/src/a.py").write_text("a = 2\n")
    assert not workload(tmp_path).primary.image.endswith(tag)


def test_the_content_tag_leaves_out_what_the_image_does_not_say(tmp_path: Path) -> None:
    tag, _ = build(tmp_path / "one")
    lines = (
        "env: {A: b}",
        "resources: {cpu: 2}",
        "scaling: {max: 2}",
        "secrets: {B: {ssm: b}}",
        "serve: {timeout: 5s}",
    )
    assert build(tmp_path / "two", *lines)[0] == tag


def test_one_workload_for_each_region_that_both_want(tmp_path: Path) -> None:
    two = DEV.partition("limits:")[0] + "  us-east-1:\n    platforms: {ecr: {}}\n"
    files = {"environments/dev/environment.yaml": two}
    for said, places in (
        ((), ["dev/eu-west-1", "dev/us-east-1"]),
        (("regions: [us-east-1]",), ["dev/us-east-1"]),
    ):
        root = repository(
            tmp_path / str(len(said)), manifest("environments: [dev]", *said, targets="{}"), files
        )
        resolved, _ = resolve(root)
        assert [item.place.label for item in resolved.workloads] == places


def test_whoever_shares_a_registry_may_pull(tmp_path: Path) -> None:
    item = workload(repository(tmp_path, manifest()))
    assert item.pull_accounts == ("111122223333", "222233334444", "333344445555")
