"""Releases are written of what is released, which need not be what is at head."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import UsageError
from modelyard.pipeline.release import write_release
from tests.support.repo import render
from tests.support.resolving import BUILD, DIGEST, manifest, override, release, repository, resolve

OTHER = "sha256:" + "f" * 64
TWO = """containers:
  front: {image: {build: {base: python-3.12-slim, command: [front]}}, serve: {}}
  back: {image: {build: {base: python-3.12-slim, command: [back]}}}"""


def repo(root: Path, said: str, files: dict[str, str | bytes] | None = None) -> Path:
    repository(root, said, files)
    git = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "first"], check=True)
    return root


def head(root: Path) -> str:
    return subprocess.check_output(["git", "-C", str(root), "rev-parse", "HEAD"], text=True).strip()


def test_a_first_release_freezes_the_manifest(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest("env: {A: '012', B: 'no'}"))
    path, findings = write_release(root, "echo", "staging", {"model": DIGEST}, None, None)
    assert (path, findings) == ("environments/staging/releases/echo.yaml", [])
    resolved, findings = resolve(root)
    assert findings == []
    item = next(one for one in resolved.workloads if one.place.environment == "staging")
    assert dict(item.primary.env) == {"A": "012", "B": "no", "LOG_LEVEL": "info"}
    assert item.primary.image.endswith(f"@{DIGEST}")
    assert head(root) in (root / path).read_text()
    assert not render(root).all_findings


def test_the_same_release_is_the_same_bytes(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest())
    path, _ = write_release(root, "echo", "prod", {"model": DIGEST}, None, commit := head(root))
    before = (root / path).read_bytes()
    write_release(root, "echo", "prod", {"model": DIGEST}, None, commit)
    assert (root / path).read_bytes() == before


def test_an_environment_that_tracks_head_freezes_nothing(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest())
    path, _ = write_release(root, "echo", "dev", {"model": DIGEST}, None, None)
    assert "manifest:" not in (root / path).read_text()
    assert resolve(root)[1] == []


def test_promotion_takes_what_the_other_runs_and_not_what_is_at_head(tmp_path: Path) -> None:
    # At head the model has two containers by now; staging still runs the one it had.
    snapshot = manifest("env: {WHICH: released}")
    root = repo(tmp_path, manifest(image=TWO), {"environments/staging/releases/echo.yaml": release(snapshot)})
    path, findings = write_release(root, "echo", "prod", {}, "staging", None)
    assert findings == []
    staging = (root / "environments/staging/releases/echo.yaml").read_text()
    written = (root / path).read_text()
    assert "WHICH: released" in written
    assert DIGEST in written
    assert f"commit: {'a' * 40}" in written
    assert "front" not in written + staging


def test_every_image_needs_a_digest_and_no_other_has_one(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest(image=TWO))
    with pytest.raises(UsageError, match="the image of back has no digest"):
        write_release(root, "echo", "staging", {"front": DIGEST}, None, None)
    with pytest.raises(UsageError, match='builds no image "side"; it builds: back, front'):
        write_release(root, "echo", "staging", {"front": DIGEST, "back": OTHER, "side": OTHER}, None, None)
    with pytest.raises(UsageError, match="dev has no release of echo"):
        write_release(root, "echo", "staging", {}, "dev", None)
    with pytest.raises(UsageError, match="--commit"):
        write_release(root, "echo", "staging", {"front": DIGEST, "back": OTHER}, None, "--upload-pack=x")
    assert not (root / "environments/staging/releases").exists()


def test_nothing_is_released_of_a_broken_model(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest(image=BUILD.replace("command", "comand")))
    _, findings = write_release(root, "echo", "staging", {"model": DIGEST}, None, None)
    assert {finding.rule for finding in findings} == {"unknown-field", "missing-field"}
    assert not (root / "environments/staging/releases").exists()


def test_what_a_runtime_brings_is_frozen_with_the_manifest(tmp_path: Path) -> None:
    root = repo(tmp_path, manifest("runtime: vllm", "args: [--max-model-len=8192]", image="resources: {}"))
    path, findings = write_release(root, "echo", "staging", {}, None, None)
    assert findings == []
    written = (root / path).read_text()
    assert "runtime:" not in written, "a later runtime must not change what is released"
    assert "catalogue:" not in written, "nor must a later digest in the catalogue"
    catalogue = root / "Dockerfiles/base-images.yaml"
    before = _staging(root)
    catalogue.write_text(catalogue.read_text().replace("sha256:8a69ffad", "sha256:00000000"))
    after = _staging(root)
    assert after == before
    assert "@sha256:8a69ffad" in before[0]
    assert before[1][-2:] == ("--host=0.0.0.0", "--port=8080")
    assert before[2] == ("--max-model-len=8192",)


def _staging(root: Path) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    resolved, findings = resolve(root)
    assert findings == []
    item = next(one for one in resolved.workloads if one.place.environment == "staging")
    return item.primary.image, item.primary.command, item.primary.args


def test_an_override_is_not_frozen(tmp_path: Path) -> None:
    root = repo(
        tmp_path, manifest(), {"environments/staging/overrides/echo.yaml": override("env: {A: override}")}
    )
    path, _ = write_release(root, "echo", "staging", {"model": DIGEST}, None, None)
    assert "override" not in (root / path).read_text()
