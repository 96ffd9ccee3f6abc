"""Questions to Git, with bounded time and without a shell."""

from __future__ import annotations

import subprocess
from pathlib import Path

from modelyard.errors import UsageError


def git(root: Path, *arguments: str) -> str:
    """What Git prints; raises UsageError with its last line where it refuses, is missing, or hangs."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, timeout=60, check=False
        )
    except FileNotFoundError as error:
        raise UsageError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError("git did not answer within a minute") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"git says: {said[-1] if said else 'nothing'}")
    return done.stdout.decode(errors="surrogateescape")
