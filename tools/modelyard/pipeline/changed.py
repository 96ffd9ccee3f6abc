"""Which models the commits and edits since a Git revision can have changed."""

from __future__ import annotations

import re
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.load import layout
from modelyard.pipeline.git import git

_OF_MODEL = re.compile(
    rf"(?:{layout.MODELS}|{layout.DOCKERFILES})/([^/]+)/"
    rf"|{layout.ENVIRONMENTS}/[^/]+/(?:overrides|releases)/([^/]+)\.yaml$"
    rf"|{layout.ENVIRONMENTS}/[^/]+/rendered/([^/]+)/"
)
# Any other change below these concerns every model.
_OF_ALL = (
    f"{layout.ENVIRONMENTS}/",
    f"{layout.DOCKERFILES}/",
    f"{layout.SERVER}/{layout.SERVER_PACKAGE}/",
    "tools/",
)


def changed_models(root: Path, revision: str) -> tuple[str, ...] | None:
    """The models concerned, sorted; None means all of them. Raises UsageError where Git cannot tell."""
    found: set[str] = set()
    for path in changed_paths(root, revision):
        match = _OF_MODEL.match(path)
        if match is not None:
            found.add(next(name for name in match.groups() if name is not None))
        elif path.startswith(_OF_ALL):
            return None
    return tuple(sorted(found))


def changed_paths(root: Path, revision: str) -> list[str]:
    """Every path that differs from the common commit of ``revision`` and HEAD, new files included."""
    # First by itself: merge-base says nothing at all where a shallow clone ends before the common commit.
    commit = git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    try:
        base = git(root, "merge-base", commit, "HEAD").strip()
    except UsageError as error:
        hint = "in a shallow clone, fetch more of it: git fetch --unshallow"
        raise UsageError(f"{revision} and HEAD have no commit in common here: {hint}") from error
    changed = git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", base, "--")
    untracked = git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return [path for path in (changed + untracked).split("\0") if path]
