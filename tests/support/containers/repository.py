"""A copy of this repository's examples that can be built and run here, rendered by the real ``tools/render``.

What differs from the examples, and why:

- The catalogue has the digests of the stand-in images: those of the real ones are out of reach.
- Models name the base image of this machine's Python, if that is not 3.12.
- churn-onnx is for this machine's architecture, and shelf-vision in dev for its CPU (an override, the same
  as of ``local``): its lock has onnxruntime in place of 2 GB of CUDA.
- There are no releases: they name images that somebody else has built.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.images import architecture
from tests.support.containers.pythons import Python

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache/containers"  # layers and pip's downloads, for the next run
ENVIRONMENTS = ("dev", "local")
COMMITTED = "2026-11-01T12:00:00+00:00"
_GPU = re.compile(r"^(?:nvidia-|onnxruntime-gpu)")
_ONNX = re.compile(r"^(?:onnxruntime|flatbuffers|protobuf|packaging)==")


@dataclass(frozen=True)
class Repository:
    """A rendered repository at ``root``, a Git checkout with one commit."""

    root: Path
    region: str = "eu-west-1"

    def task_definition(self, model: str, environment: str = "dev") -> Path:
        folder = self.root / "environments" / environment / "rendered" / model / "ecs" / self.region
        return folder / "task-definition.json"

    def manifests(self, model: str, environment: str = "dev") -> Path:
        folder = self.root / "environments" / environment / "rendered" / model / "kubernetes" / self.region
        return folder / "manifests.yaml"

    def dockerfile(self, image: str) -> Path:
        """Of ``model`` or ``model/container``."""
        return self.root / "Dockerfiles" / image / "Dockerfile"

    def reference(self, image: str) -> str:
        """What the rendered task definition in dev calls the image of ``model`` or ``model/container``."""
        model, _, container = image.partition("/")
        document = json.loads(self.task_definition(model).read_text())
        wanted = container or "model"
        (found,) = (one["image"] for one in document["containerDefinitions"] if one["name"] == wanted)
        return str(found)

    def context(self, image: str) -> Path:
        return self.root / "models" / image.partition("/")[0]


def make(target: Path, digests: Mapping[str, str], python: Python) -> Repository:
    """Copies, changes and renders.

    ``digests`` are by entry of the catalogue; ``python`` is what the base image was made of.
    """
    ignored = shutil.ignore_patterns("__pycache__", ".weights", ".volumes", ".*_cache", ".hypothesis")
    for name in ("models", "Dockerfiles", "policy", "server"):
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    for name in ENVIRONMENTS:
        shutil.copytree(ROOT / "environments" / name, target / "environments" / name, ignore=ignored)
    for source in ROOT.glob("environments/*/*.yaml"):
        path = target / source.relative_to(ROOT)
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, path)
    _catalogue(target / "Dockerfiles/base-images.yaml", digests)
    for manifest in sorted((target / "models").glob("*/model.yaml")):
        text = manifest.read_text().replace("base: python-3.12-slim", f"base: {python.catalogue_key}")
        manifest.write_text(text.replace("architecture: arm64\n", f"architecture: {architecture()}\n"))
    _without_gpu(target)
    _commit(target)  # before rendering: what is rendered may say which commit it is of
    command = [str(ROOT / "tools/render"), "--root", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    _commit(target)
    return Repository(target)


def _catalogue(path: Path, digests: Mapping[str, str]) -> None:
    text = path.read_text()
    for key, digest in digests.items():
        entry = re.compile(rf"(^  {re.escape(key)}:\n(?:    .*\n)*?    digest: )sha256:[0-9a-f]{{64}}$", re.M)
        text, count = entry.subn(rf"\g<1>{digest}", text)
        assert count == 1, f"{key} is not in {path.name}"
    path.write_text(text)


def _without_gpu(target: Path) -> None:
    source = target / "environments/local/overrides/shelf-vision.yaml"
    shutil.copyfile(source, target / "environments/dev/overrides/shelf-vision.yaml")
    lock = target / "models/shelf-vision/vision/requirements.lock"
    entries = [one for one in _entries(lock) if not _GPU.match(one) and not _ONNX.match(one)]
    churn = _entries(target / "models/churn-onnx/requirements.lock")
    entries += [one for one in churn if _ONNX.match(one)]
    lock.write_text("".join(entries))


def _entries(lock: Path) -> list[str]:
    """The requirements of a lock file, each with its hashes and comments."""
    return re.findall(r"^\S[^#\n]*==.*\n(?:[ \t].*\n?)*", lock.read_text(), re.M)


def _commit(target: Path) -> None:
    names = {"name": "Tests", "email": "tests@example.com", "date": COMMITTED}
    environ = {
        f"GIT_{who}_{what.upper()}": text for who in ("AUTHOR", "COMMITTER") for what, text in names.items()
    }
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "--allow-empty", "--message", "Examples"],
    ):
        subprocess.run(["git", "-C", str(target), *command], env=environ, check=True, capture_output=True)
