"""The commit that an image is made of: the last one that changed anything the image is built from.

It is not HEAD: a commit that concerns other models must not make another image of this one. It needs Git's
history; a clone that ends before that commit cannot tell, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.facts.unbuilt import is_built
from modelyard.pipeline.git import git

# Without a commit: the first day that zip files know, as all files of an image are dated.
NO_COMMIT = 315_532_800
_HOST, _PLAIN = r"[A-Za-z0-9.-]+", r"[A-Za-z0-9._~/+%-]"
_URL = re.compile(rf"(https?|ssh|git)://(?:[^/?#]*@)?({_HOST})(:[0-9]{{1,5}})?(/{_PLAIN}*)?(?:[?#].*)?")
_SCP = re.compile(rf"(?:[A-Za-z0-9._-]+@)?({_HOST}):(?!//)({_PLAIN}+)")


@dataclass(frozen=True)
class Commit:
    """Where files come from. ``revision`` is "" where no commit has them; ``created`` is its time in seconds.

    ``unsure`` says why the image cannot be what that commit gives, "" where it is.
    """

    revision: str
    created: int
    unsure: str


def last_commit(root: Path, paths: tuple[str, ...]) -> Commit:
    """The commit of these files. Raises UsageError where Git fails; a folder outside Git is no failure."""
    if not _is_inside(root):
        return Commit("", NO_COMMIT, "the repository is not in Git")
    try:
        said = git(root, "log", "-1", "--no-show-signature", "--format=%H %ct", "HEAD", "--", *paths).split()
    except UsageError:  # Git has no commit yet
        said = []
    if not said:
        return Commit("", NO_COMMIT, "its files are not committed")
    revision, created = said[0], int(said[1])
    if edited := _edited(root, paths):
        return Commit(revision, created, f"{edited} is not as it is committed")
    if _ends_at(root, revision):
        return Commit(revision, created, "the clone is shallow: run `git fetch --unshallow`")
    return Commit(revision, created, "")


def origin(root: Path) -> str:
    """Where the repository is kept, as a URL that anybody may read: no user, no password; "" for a local
    path.
    """
    if not _is_inside(root):
        return ""
    try:
        return clean_url(git(root, "remote", "get-url", "origin").strip())
    except UsageError:  # it has no origin
        return ""


def clean_url(url: str) -> str:
    """A remote's URL without user, password, query and fragment; "" for what is no address of a host.

    Engines read labels as Dockerfiles, and a second ``@`` may end a password: a path has plain characters
    only.
    """
    match = _URL.fullmatch(url)
    if match is not None:
        return f"{match[1]}://{match[2]}{match[3] or ''}{match[4] or ''}"
    match = _SCP.fullmatch(url)
    return f"ssh://{match[1]}/{match[2].lstrip('/')}" if match is not None else ""


def _is_inside(root: Path) -> bool:
    try:
        return git(root, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except UsageError as error:
        if "not installed" in str(error) or "not a git repository" in str(error):
            return False
        raise


def _edited(root: Path, paths: tuple[str, ...]) -> str:
    """The first file that would be built and is not what HEAD has: edited, new, or ignored by Git."""
    said = git(
        root, "status", "--porcelain", "-z", "--ignored=traditional", "--untracked-files=all", "--", *paths
    )
    prefix = git(root, "rev-parse", "--show-prefix").strip()
    for entry in said.split("\0"):
        path = entry[3:].removeprefix(prefix)
        if path and all(is_built(part) for part in path.rstrip("/").split("/")):
            return path
    return ""


def _ends_at(root: Path, revision: str) -> bool:
    """Whether a shallow clone ends at this commit, which then seems to add every file."""
    if git(root, "rev-parse", "--is-shallow-repository").strip() != "true":
        return False
    parents = git(root, "rev-list", "--parents", "-1", revision).split()[1:]
    return not parents
