"""Whether the floor wrote what Modelyard wrote, byte for byte but for the digits of the seals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.contest import Contest
from bench.templates import same_but_seals

FLOOR = Path(__file__).resolve().with_name("floor.py")


def floor_differences(contest: Contest, python: str = sys.executable) -> list[str]:
    """Runs the floor; gives the paths that only one of the two wrote or that differ."""
    out = contest.folder / "floor"
    subprocess.run([python, str(FLOOR), str(contest.repo), str(out)], check=True)
    ours, theirs = _files(contest.repo), _files(out)
    return sorted(
        path
        for path in ours.keys() | theirs.keys()
        if path not in ours
        or path not in theirs
        or not same_but_seals(
            ours[path].read_text(encoding="utf-8"), theirs[path].read_text(encoding="utf-8")
        )
    )


def _files(root: Path) -> dict[str, Path]:
    """The rendered files by their path in the repository."""
    found = (*root.glob("Dockerfiles/*/**/*"), *root.glob("environments/*/rendered/**/*"))
    return {path.relative_to(root).as_posix(): path for path in found if path.is_file()}
