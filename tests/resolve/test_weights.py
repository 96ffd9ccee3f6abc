"""Weights in an image: who has them, and what a model that has them does not need."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from modelyard.resolve.delivery import folders_of, outermost
from modelyard.resolve.workload import Feature
from tests.support.resolving import DIGEST, SHA256, manifest, release, repository, resolve, workload

BAKED = f"sha256: {SHA256}, bake: true"
WEIGHTS = f"artifacts: {{numbers: {{source: s3://acme/m.bin, path: /opt/ml/model/m.bin, {BAKED}}}}}"
MODELS = f"models: {{thai: {{source: s3://acme/thai.bin, {BAKED}}}}}"


def test_nothing_is_fetched_and_nothing_permitted(tmp_path: Path) -> None:
    item = workload(repository(tmp_path, manifest(WEIGHTS, MODELS)))
    assert (item.deliveries, item.delivery_folders, item.statements) == ((), (), ())
    assert Feature.ARTIFACTS not in item.features
    assert Feature.PERMISSIONS not in item.features
    assert [one.path for one in item.baked] == ["/opt/ml/model/m.bin", "/opt/ml/models/thai/thai.bin"]


def test_the_build_says_where_each_file_lies(tmp_path: Path) -> None:
    twin = f"twin: {{source: s3://acme/twin.bin, path: /opt/ml/twin/m.bin, sha256: {SHA256}}}"
    said = WEIGHTS.replace("artifacts: {", f"artifacts: {{{twin}, ")
    build = workload(repository(tmp_path, manifest(said, MODELS))).primary.build
    assert build is not None
    assert [(one.path, one.file, one.sha256) for one in build.baked] == [
        ("/opt/ml/model/m.bin", "numbers/m.bin", SHA256),
        ("/opt/ml/models/thai/thai.bin", "thai/thai.bin", SHA256),
    ]
    assert build.folders == ("/opt/ml/twin",), "only what is fetched is mounted"


def test_each_container_has_what_it_gets(tmp_path: Path) -> None:
    image = "image: {build: {base: python-3.12-slim, command: [python, -m, http.server]}}"
    containers = f"containers: {{front: {{{image}, serve: {{port: 8080}}}}, back: {{{image}}}}}"
    said = WEIGHTS.replace("bake: true", "bake: true, containers: [back]")
    resolved, findings = resolve(repository(tmp_path, manifest(said, MODELS, image=containers)))
    assert findings == []
    assert {name: [one.path for one in build.baked] for name, build in resolved.builds.items()} == {
        "front": ["/opt/ml/models/thai/thai.bin"],
        "back": ["/opt/ml/model/m.bin"],
    }


def test_the_model_server_verifies_them_all_the_same(tmp_path: Path) -> None:
    lock = "".join(
        f"{name}==1.0 --hash=sha256:{'0' * 64}\n"
        for name in ("httptools", "orjson", "prometheus-client", "uvicorn")
    )
    files = {
        "models/echo/requirements.lock": lock,
        "models/echo/src/inference.py": "",
        "server/modelyard_server/__init__.py": "",
    }
    image = "image: {build: {base: python-3.12-slim, requirements: requirements.lock, source: src}}"
    said = manifest("runtime: modelyard", WEIGHTS, image=image)
    env = workload(repository(tmp_path, said, files)).primary.env
    assert json.loads(env["MODELYARD_WEIGHTS"]) == [{"path": "/opt/ml/model/m.bin", "sha256": SHA256}]


def test_a_release_keeps_them_in_its_image(tmp_path: Path) -> None:
    said = manifest(WEIGHTS)
    frozen = {"environments/prod/releases/echo.yaml": release(said)}
    later = manifest(WEIGHTS.replace(", bake: true", "").replace(SHA256, "0" * 64))
    resolved, findings = resolve(repository(tmp_path, later, frozen))
    assert findings == []
    places = {item.place.environment: item for item in resolved.workloads}
    assert [one.sha256 for one in places["prod"].baked] == [SHA256]
    assert places["prod"].deliveries == ()
    assert places["prod"].primary.image.endswith(DIGEST)
    assert [one.sha256 for one in places["dev"].deliveries] == ["0" * 64]


FOLDERS = st.lists(
    st.lists(st.sampled_from(["opt", "a", "a-b", "ml"]), min_size=1, max_size=4).map(
        lambda parts: "/" + "/".join(parts)
    )
)


@given(FOLDERS)
def test_each_folder_is_in_one_of_the_outermost(folders: list[str]) -> None:
    found = outermost(folders)
    assert found == sorted(found, key=lambda folder: f"{folder}/")
    for folder in folders:
        assert len([one for one in found if f"{folder}/".startswith(f"{one}/")]) == 1
    assert outermost(found) == found
    assert folders_of([]) == ()
