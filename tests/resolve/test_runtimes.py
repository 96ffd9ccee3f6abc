"""Model servers that a manifest chooses by name: layers like any other, each with its own line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from modelyard.load.runtimes import ORIGIN, Runtimes
from modelyard.pipeline.explain import explain
from modelyard.resolve.workload import Workload
from modelyard.schema.validate import check
from modelyard.source import read
from modelyard.source.node import Mapping
from tests.support.repo import ROOT, render
from tests.support.resolving import DIGEST, SHA256, manifest, override, repository, resolve, workload

FOLDER = ROOT / "tools/modelyard/runtimes"
OWN = "image: {build: {base: python-3.12-slim, requirements: requirements.lock, source: src}}"
HASH = f"--hash=sha256:{SHA256}\n"
FILES: dict[str, str | bytes] = {
    "models/echo/requirements.lock": "".join(
        f"{name}==1.0 {HASH}" for name in ("httptools", "orjson", "prometheus-client", "uvicorn")
    ),
    "models/echo/src/inference.py": "x = 1\n",
    "server/modelyard_server/__init__.py": "y = 1\n",
}
WEIGHTS = f"artifacts: {{a: {{source: s3://models/a.bin, sha256: {SHA256}, path: /opt/ml/model/a.bin}}}}"


def model(root: Path, *lines: str, image: str = OWN) -> Path:
    return repository(root, manifest(*lines, image=image), FILES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_runtime_that_is_here_is_right(path: Path) -> None:
    runtime, findings = Runtimes().load(path.stem)
    assert (findings, runtime is not None) == ((), True)
    tree = read(path.name, path.read_bytes()).root
    assert isinstance(tree, Mapping)
    assert check(tree, "runtime") == []


@pytest.mark.skipif(not (ROOT / "server").is_dir(), reason="the model server is not in this checkout")
def test_the_own_server_requires_what_its_package_does() -> None:
    project = tomllib.loads((ROOT / "server/pyproject.toml").read_text())["project"]
    names = tuple(line.partition(">")[0].strip() for line in sorted(project["dependencies"]))
    spec = Runtimes().spec("modelyard")
    assert spec is not None
    assert spec.requires == names


def test_a_value_names_the_line_of_the_runtime_that_decided_it(tmp_path: Path) -> None:
    root = model(tmp_path, "runtime: vllm", "serve: {drain: 20s}", image="resources: {cpu: 1}")
    rows, findings = explain(root, "echo", "dev", None)
    assert findings == []
    assert rows is not None
    known = {row.field: row for row in rows}
    lines = (FOLDER / "vllm.yaml").read_text().splitlines()
    path, _, line = known["serve.predict"].origin.partition(":")
    assert (path, lines[int(line) - 1].strip()) == (f"{ORIGIN}vllm.yaml", "predict: /v1/chat/completions")
    assert known["serve.drain"].origin.startswith("models/echo/model.yaml:")
    assert known["command[3]"] == ("command[3]", "--served-model-name=echo", known["command[3]"].origin)
    assert known["image (effective)"].origin == "Dockerfiles/base-images.yaml"
    assert known["env.LOG_LEVEL"].origin.startswith("environments/dev/environment.yaml:")


def test_the_runtime_lies_between_environment_and_manifest(tmp_path: Path) -> None:
    environment = "environments/dev/environment.yaml"
    root = model(tmp_path, "runtime: modelyard", "env: {MODELYARD_DRAIN: '5'}")
    text = (root / environment).read_text()
    mixed = "MODELYARD_PORT: '1', MODELYARD_DRAIN: '1', MODELYARD_LOG_LEVEL: debug"
    (root / environment).write_text(text.replace("LOG_LEVEL: debug", mixed))
    env = workload(root).primary.env
    assert env["MODELYARD_PORT"] == "8080"
    assert env["MODELYARD_DRAIN"] == "5"
    assert env["MODELYARD_LOG_LEVEL"] == "debug"


def test_what_an_override_changes_reaches_what_the_runtime_makes_of_it(tmp_path: Path) -> None:
    root = model(tmp_path, "runtime: modelyard", "serve: {timeout: 10s}", WEIGHTS)
    assert _variables(workload(root)) == (
        "8080",
        "10",
        f'[{{"path":"/opt/ml/model/a.bin","sha256":"{SHA256}"}}]',
    )
    laid = root / "environments/dev/overrides/echo.yaml"
    laid.parent.mkdir()
    laid.write_text(override("serve: {port: 9000, timeout: 20s}\nartifacts: {a: {fetchedBy: server}}"))
    assert _variables(workload(root)) == ("9000", "20", "[]")


def _variables(item: Workload) -> tuple[str, ...]:
    return tuple(item.primary.env[f"MODELYARD_{name}"] for name in ("PORT", "TIMEOUT", "WEIGHTS"))


def test_an_image_of_ones_own_takes_the_place_of_the_runtimes(tmp_path: Path) -> None:
    image = f"image: {{reference: registry.example.com/vllm@{DIGEST}}}"
    item = workload(model(tmp_path, "runtime: vllm", image=image))
    assert item.primary.image == f"registry.example.com/vllm@{DIGEST}"
    assert item.primary.command[:2] == ("vllm", "serve")


def test_a_new_digest_in_the_catalogue_moves_the_runtimes_image(tmp_path: Path) -> None:
    root = model(tmp_path, "runtime: vllm", image="resources: {cpu: 1}")
    catalogue = root / "Dockerfiles/base-images.yaml"
    before = workload(root).primary.image
    digest = before.partition("@")[2]
    catalogue.write_text(catalogue.read_text().replace(digest, DIGEST))
    assert workload(root).primary.image == before.replace(digest, DIGEST)


def test_a_null_is_refused_in_a_manifest_with_a_runtime_too(tmp_path: Path) -> None:
    _, findings = resolve(model(tmp_path, "runtime: modelyard", "env: {MODELYARD_DRAIN: null}"))
    assert {finding.rule for finding in findings} == {"wrong-type"}


def test_the_tag_of_inputs_follows_the_server_and_not_its_caches(tmp_path: Path) -> None:
    root = model(tmp_path, "runtime: modelyard")
    before = workload(root).primary.image
    cached = root / "server/modelyard_server/__pycache__/a.pyc"
    cached.parent.mkdir()
    cached.write_bytes(b"x")
    (root / "server/README.md").write_text("Not in the image.\n")
    assert workload(root).primary.image == before
    (root / "server/modelyard_server/__init__.py").write_text("y = 2\n")
    assert workload(root).primary.image != before


def test_a_run_that_remembers_sees_that_the_server_changed(tmp_path: Path) -> None:
    root = model(tmp_path, "runtime: modelyard")
    assert any(one.changes for one in render(root).models)
    assert not any(one.changes for one in render(root).models)
    (root / "server/modelyard_server/__init__.py").write_text("y = 2\n")
    assert any(one.changes for one in render(root).models)


def test_models_without_a_runtime_know_nothing_of_the_server(tmp_path: Path) -> None:
    image = "image: {build: {base: python-3.12-slim, source: src, command: [python]}}"
    root = model(tmp_path, image=image)
    before = workload(root).primary.image
    (root / "server/modelyard_server/__init__.py").write_text("y = 2\n")
    assert workload(root).primary.image == before


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ("name: other", "name-differs-from-file"),
        ("nmae: own", "unknown-field"),
        ("manifest: {image: {build: {command: [x]}}, serve: {port: 80}}", "out-of-range"),
        ("manifest: {image: {build: {command: [x]}}, serve: {ping: '{nothing}'}}", "malformed-value"),
        ("manifest: {image: {catalogue: x}, args: [x], serve: {}}", "unknown-field"),
        ("\tx", "tab-indentation"),
    ],
)
def test_a_wrong_runtime_is_reported_at_its_own_line(tmp_path: Path, wrong: str, rule: str) -> None:
    fields = {
        "apiVersion": "modelyard.dev/v1",
        "kind": "Runtime",
        "name": "own",
        "summary": "A case.",
        "sources": "{a: here}",
        "manifest": "{image: {catalogue: x}, serve: {}}",
    }
    key = wrong.partition(":")[0]
    text = "".join(f"{name}: {value}\n" for name, value in fields.items() if name != key)
    (tmp_path / "own.yaml").write_text(text + wrong + "\n")
    runtime, findings = Runtimes(str(tmp_path)).load("own")
    assert runtime is None
    assert rule in {finding.rule for finding in findings}
    assert {finding.location.path for finding in findings} == {f"{ORIGIN}own.yaml"}
