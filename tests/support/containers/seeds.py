"""Weights of the examples: trained once, and put where the manifests say that they are."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.containers.repository import Repository


@dataclass(frozen=True)
class Artifact:
    """A file of a model: where it is kept, its checksum, and where a container finds it."""

    bucket: str
    key: str
    sha256: str
    path: str
    containers: tuple[str, ...]


@dataclass
class Seeds:
    """Trains as needed into ``folder``."""

    repository: Repository
    folder: Path
    _trained: dict[str, dict[str, Path]] = field(default_factory=dict)

    def artifacts(self, model: str) -> list[Artifact]:
        """What the manifest lists under ``artifacts`` and ``models``."""
        manifest = yaml.safe_load((self.repository.root / "models" / model / "model.yaml").read_text())
        return list(_artifacts(manifest))

    def fill(self, model: str, seed: Path) -> None:
        """Puts the model's files into the folder of a local S3."""
        for artifact in self.artifacts(model):
            target = seed / artifact.bucket / artifact.key
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._files(model)[artifact.sha256], target)

    def mounted(self, model: str, container: str, folder: Path) -> dict[Path, str]:
        """The model's files as a container has them mounted: paths in the container, by folders here."""
        mounts: dict[Path, str] = {}
        for artifact in self.artifacts(model):
            if artifact.containers and container not in artifact.containers:
                continue
            parent = Path(artifact.path).parent
            source = folder / parent.relative_to("/")
            source.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._files(model)[artifact.sha256], source / Path(artifact.path).name)
            mounts[source] = str(parent)
        return mounts

    def _files(self, model: str) -> dict[str, Path]:
        """What training writes, by checksum. The scripts are deterministic, so these are the manifest's."""
        if model not in self._trained:
            root = self.repository.root / "models" / model
            found: dict[str, Path] = {}
            for script in sorted([*root.glob("train.py"), *root.glob("*/train.py")]):
                out = self.folder / model / script.parent.name
                out.mkdir(parents=True)
                command = [sys.executable, str(script), "--out", str(out)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr
                files = [path for path in out.rglob("*") if path.is_file()]
                found |= {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
            self._trained[model] = found
        return self._trained[model]


def _artifacts(manifest: dict[str, Any]) -> Iterator[Artifact]:
    named = [(one, one["path"]) for one in manifest.get("artifacts", {}).values()]
    for name, one in manifest.get("models", {}).items():
        named.append((one, f"/opt/ml/models/{name}/{one['source'].rpartition('/')[2]}"))
    for one, path in named:
        bucket, _, key = one["source"].removeprefix("s3://").partition("/")
        yield Artifact(bucket, key, one["sha256"], path, tuple(one.get("containers", ())))
