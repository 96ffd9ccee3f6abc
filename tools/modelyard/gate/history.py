"""The files of every commit between two: a secret that was committed and removed again is still published."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.pipeline.git import git

_LARGEST = 64 * 1024 * 1024  # bytes of one file, as for files on disk
_SECONDS = 300
_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True)
class Version:
    """One version of one file: the first commit of the range that has it, its path and its blob."""

    commit: str
    path: str
    blob: str


def versions(root: Path, base: str) -> list[Version]:
    """Every version that commits since ``base`` brought, but for those that are on disk now anyway.

    Raises UsageError where Git cannot tell: a shallow clone that ends before the common commit, say.
    """
    commit = git(root, "rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}").strip()
    try:
        git(root, "merge-base", commit, "HEAD")
    except UsageError as error:
        hint = "in a shallow clone, fetch more of it: git fetch --unshallow"
        raise UsageError(f"{base} and HEAD have no commit in common here: {hint}") from error
    # -m: what a merge changed against any of its parents; --reverse: the first commit that has it; showRoot:
    # what a branch began with that grew out of nothing.
    told = "log -m --reverse --raw -z --no-renames --no-abbrev --no-show-signature --relative --format=%x01%H"
    raw = git(root, "-c", "log.showRoot=true", *told.split(), f"{commit}..HEAD")
    found: dict[tuple[str, str], Version] = {}
    for version in _parsed(raw):
        found.setdefault((version.blob, version.path), version)
    return list(found.values())


def _parsed(raw: str) -> Iterator[Version]:
    """`git log --raw -z`: \\1 and the commit, then for each file `:modes blobs status`, NUL, path, NUL."""
    commit = ""
    fields = iter(raw.split("\0"))
    for field in fields:
        head = field.lstrip("\n")
        if head.startswith("\x01"):
            commit = head[1:]
        elif head.startswith(":"):
            path = next(fields)  # as it is: a name may hold anything but NUL
            _, mode, _, blob, _ = head.split(" ")
            if set(blob) != {"0"} and mode not in (_LINK, _SUBMODULE):
                yield Version(commit, path, blob)


def contents(root: Path, blobs: list[str]) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of each blob; None where it is larger than any file that is looked at. Raises UsageError."""
    if not blobs:
        return
    sizes = _cat(root, "--batch-check=%(objectname) %(objectsize)", blobs).decode().splitlines()
    large = {line.split()[0] for line in sizes if int(line.split()[1]) > _LARGEST}
    for blob in large:
        yield blob, None
    wanted = [blob for blob in blobs if blob not in large]
    for start in range(0, len(wanted), 200):  # a bounded number at a time, so that memory is bounded too
        out = _cat(root, "--batch", wanted[start : start + 200])
        position = 0
        for blob in wanted[start : start + 200]:
            end = out.index(b"\n", position)
            size = int(out[position:end].split()[2])
            yield blob, out[end + 1 : end + 1 + size]
            position = end + 1 + size + 1


def _cat(root: Path, how: str, blobs: list[str]) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "cat-file", how],
            input="".join(f"{blob}\n" for blob in blobs).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError("git did not give the files of the history within five minutes") from error
    if done.returncode != 0 or b" missing\n" in done.stdout[:200]:
        raise UsageError("git does not have every file of these commits: fetch them (git fetch --refetch)")
    return done.stdout
