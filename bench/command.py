"""Modelyard as its users run it: ``tools/render`` of this checkout, on another repository."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TOOL = CHECKOUT / "tools" / "render"


def render(root: Path) -> list[str]:
    """The command that renders everything in ``root``."""
    return [str(TOOL), "--root", str(root)]


def render_now(root: Path) -> None:
    """Renders; raises RuntimeError with what it said unless it ends well and finds nothing."""
    done = subprocess.run(render(root), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(
            f"tools/render ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        )


def forget(root: Path) -> None:
    """Takes away everything that was rendered in ``root``, and Modelyard's cache."""
    for folder in (root / ".cache", *root.glob("Dockerfiles/*/"), *root.glob("environments/*/rendered/")):
        shutil.rmtree(folder, ignore_errors=True)


def remove(folder: Path) -> None:
    """Takes a folder away, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def run_quietly(argv: list[str], folder: Path, variables: dict[str, str]) -> None:
    """Runs a command for its effect; raises CalledProcessError."""
    subprocess.run(
        argv, cwd=folder, env=variables, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
