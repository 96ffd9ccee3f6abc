"""What commits brought into Git's history, also where a later commit took it out again.

Every file content that ``base..head`` added is read as a whole object. The patches that ``git log -p``
shows are no use for this: an attribute in the tree keeps a file out of them, merges do not appear at all,
and nothing tells what was left out.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.scanners.api import MIB, Unusable

_SECONDS = 120
_LARGEST = 64 * MIB  # of one object
_MOST = 512 * MIB  # of all together
# A path with a newline goes on in lines that are no objects; what is before the first one will do.
_LINE = re.compile(rb"^([0-9a-f]{40,64})(?: (.*))?$", re.MULTILINE)
_DEEPER = "fetch the whole history (actions/checkout: `fetch-depth: 0`), and run it again"
# No object is read in place of another, none is fetched, and nothing is locked.
_PLAIN = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


@dataclass(frozen=True)
class Blob:
    """The content of a file at some commit. ``path`` is one that it had; ``oid`` its name in Git."""

    oid: str
    path: str
    data: bytes = field(repr=False)


def new_blobs(root: Path, base: str | None, head: str) -> tuple[Blob, ...]:
    """Every file content reachable from ``head`` and not from ``base`` (all of them where that is None).

    Raises Unusable where Git cannot say, or does not have all of it: a commit that is not there, a history
    that is cut off in between, an object that is missing or too large.
    """
    tip = _commit(root, head)
    span = [tip] if base is None else [tip, f"^{_commit(root, base)}"]
    _refuse_cut_off(root, span)
    listed = _git(root, "rev-list", "--objects", "--end-of-options", *span, "--")
    names = {oid.decode(): path for oid, path in _LINE.findall(listed)}
    sizes = _blob_sizes(root, list(names))
    if sum(sizes.values()) > _MOST:
        raise Unusable("scanner-coverage", f"would have to read {sum(sizes.values()) // MIB} MiB of history")
    contents = _contents(root, sizes)
    return tuple(Blob(oid, os.fsdecode(names[oid]), contents[oid]) for oid in sizes)


def commit_of(root: Path, blob: Blob, base: str | None, head: str) -> str:
    """The abbreviated name of the first commit that brought a blob; empty where Git does not say."""
    span = [head] if base is None else [head, f"^{base}"]
    found = _git(
        root,
        "log",
        "--reverse",
        "-m",
        "--format=%h",
        f"--find-object={blob.oid}",
        "--end-of-options",
        *span,
        "--",
    )
    return found.decode().partition("\n")[0]


def _commit(root: Path, name: str) -> str:
    try:
        return _git(root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    except Unusable as problem:
        raise Unusable(
            "scanner-coverage", f"cannot read the history: there is no commit {name!r}", _DEEPER
        ) from problem


def _refuse_cut_off(root: Path, span: list[str]) -> None:
    """Raises Unusable if one of the commits has parents that are not there: a shallow clone."""
    file = root / _git(root, "rev-parse", "--git-path", "shallow").decode().strip()
    try:
        cut = set(file.read_text().split())
    except FileNotFoundError:
        return
    commits = set(_git(root, "rev-list", "--end-of-options", *span, "--").decode().split())
    if cut & commits:
        raise Unusable("scanner-coverage", "cannot read the history: this clone is shallow", _DEEPER)


def _blob_sizes(root: Path, oids: list[str]) -> dict[str, int]:
    """The sizes of those objects that are blobs. Raises Unusable for a missing or too large one."""
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    said = _git(root, "cat-file", "--batch-check", asked=asked).decode().splitlines()
    if len(said) != len(oids):
        raise Unusable("scanner-coverage", "cannot read the history: Git does not say what its objects are")
    sizes = {}
    for oid, line in zip(oids, said, strict=True):
        kind, _, size = line.removeprefix(f"{oid} ").partition(" ")
        if kind == "missing":
            raise Unusable("scanner-coverage", f"cannot read the history: object {oid} is missing", _DEEPER)
        if kind == "blob":
            if int(size) > _LARGEST:
                raise Unusable("scanner-coverage", f"does not read objects of {int(size) // MIB} MiB: {oid}")
            sizes[oid] = int(size)
    return sizes


def _contents(root: Path, sizes: dict[str, int]) -> dict[str, bytes]:
    asked = "".join(f"{oid}\n" for oid in sizes).encode()
    said = _git(root, "cat-file", "--batch", asked=asked)
    contents, at = {}, 0
    for oid, size in sizes.items():
        header = f"{oid} blob {size}\n".encode()
        start = at + len(header)
        at = start + size + 1
        if said[start - len(header) : start] != header or said[at - 1 : at] != b"\n":
            raise Unusable("scanner-coverage", f"cannot read the history: Git does not give object {oid}")
        contents[oid] = said[start : at - 1]
    return contents


def _git(root: Path, *arguments: str, asked: bytes = b"") -> bytes:
    """What Git prints. Raises Unusable where it refuses, is missing, or takes too long."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            input=asked,
            capture_output=True,
            env={**os.environ, **_PLAIN},
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise Unusable("scanner-missing", "cannot read the history: git is not installed") from error
    except subprocess.TimeoutExpired as error:
        seen = f"cannot read the history: git was not done after {_SECONDS} s"
        raise Unusable("scanner-timeout", seen) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unusable(
            "scanner-crashed", f"cannot read the history: git says: {said[-1] if said else 'nothing'}"
        )
    return done.stdout
