"""The environments of scanners that a checkout of Modelyard makes for itself, on first need.

Only the checkout that the running package is part of counts: a repository that is merely scanned must not
get to say which program is run. Installed as a package there is none, and scanners come from PATH.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BOOTSTRAP = "tools/bootstrap"


def checkout() -> Path | None:
    """The root of the checkout that this package belongs to, or None where it is installed."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / BOOTSTRAP / "__main__.py").is_file() and is_part_of(root) else None


def is_part_of(root: Path) -> bool:
    """True if this very file is ``root``'s own."""
    return (root / "tools" / "modelyard" / "scanners" / "install.py") == Path(__file__).resolve()


def environment_path(root: Path, part: str) -> Path:
    """Where ``tools/bootstrap`` puts the environment of a lock file."""
    return root / f".venv-{part}"


def is_current(root: Path, part: str) -> bool:
    """True if the environment was made from the present lock file, and its Python still is there."""
    path = environment_path(root, part)
    try:
        made = (path / "installed.lock").read_bytes()
        return made == (root / "tools" / "requirements" / f"{part}.lock").read_bytes() and os.access(
            path / "bin" / "python", os.X_OK
        )
    except OSError:
        return False


def ensure(root: Path, part: str) -> str:
    """Makes the environment if need be, telling on stderr; gives "" or why it could not be made.

    The index and proxies are those that uv and pip are configured with: the environment is passed on.
    """
    if is_current(root, part):
        return ""
    program = str(root / BOOTSTRAP)
    # stdout belongs to the command that follows.
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", program, str(root), part],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno() if _has_stderr() else subprocess.DEVNULL,
        check=False,
    )
    return (
        "" if done.returncode == 0 else f"{environment_path(root, part).name} could not be made (see above)"
    )


def _has_stderr() -> bool:
    try:
        return sys.stderr.fileno() >= 0
    except (OSError, ValueError, AttributeError):  # closed, or replaced by something that is no file
        return False
