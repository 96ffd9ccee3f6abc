"""Five hundred files without a secret, and this repository's own: nothing is said of any of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from modelyard.secrets.files import detections_of_file
from tests.secrets.clean import MAKERS, clean_files
from tests.secrets.looking import look

REPOSITORY = Path(__file__).parents[2]


def test_nothing_is_said_of_five_hundred_clean_files() -> None:
    flagged = [(path, look(path, text)) for path, text in clean_files(500, seed=3) if look(path, text)]
    assert flagged == []
    assert len(MAKERS) == 18


def test_nothing_is_said_of_this_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True)
    paths = [REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]
    flagged = [
        found
        for path in paths
        if path.is_file()
        for found in detections_of_file(path.relative_to(REPOSITORY).as_posix(), path.read_bytes())
    ]
    assert len(paths) > 100
    assert flagged == []
