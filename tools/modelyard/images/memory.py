"""What trivy said of an image with a database: neither changes, so it is not asked a second time.

One file for each image below .cache/modelyard/scan/images, as trustworthy as the working tree;
``tools/scan --no-cache`` does without. It holds no secret: see ``report.reduced``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from modelyard.images.report import Report, parse
from modelyard.images.trivy import Answer
from modelyard.load import layout
from modelyard.scanners.api import Malformed
from modelyard.write.replace import read_private, replace_private

_FOLDER = f"{layout.CACHE}/scan/images"
_LARGEST = 2**28  # bytes
_KEPT = 40  # images


def key_of(parts: Sequence[str]) -> str:
    """What an answer hangs on: these, and our own code."""
    total = hashlib.sha256()
    folder = os.path.dirname(__file__)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                total.update(hashlib.sha256(file.read()).digest())
    for text in parts:
        total.update(f"{len(text)}:{text},".encode())
    return total.hexdigest()


def load(root: Path, key: str) -> tuple[Answer, Report] | None:
    """The answer of before; None where there is none of this key."""
    try:
        said = json.loads(read_private(root, _path(key), _LARGEST))
        if said["key"] == key:
            answer = Answer(said["report"], said["sbom"])
            return answer, parse(answer.report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, Malformed):
        return None  # which costs one scan
    return None


def save(root: Path, key: str, answer: Answer) -> None:
    """Remembers an answer. A tree that cannot be written has no memory, which is no reason to fail."""
    document = {"key": key, "report": answer.report, "sbom": answer.sbom}
    replace_private(root, _path(key), json.dumps(document).encode())
    _forget(root / _FOLDER)


def _path(key: str) -> str:
    return f"{_FOLDER}/{key}.json"


def _forget(folder: Path) -> None:
    try:
        files = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in files[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # somebody else tidies up at the same time
