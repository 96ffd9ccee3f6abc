"""The findings of the plan: why a path is left alone, and what mends it."""

from __future__ import annotations

from modelyard.findings import Finding, Location
from modelyard.write.errors import Kind, Obstacle
from modelyard.write.paths import shown


def _finding(rule: str, path: str, message: str, hint: str) -> Finding:
    return Finding(rule, Location(shown(path)), message, hint)


def unsafe_path(path: str, reason: str) -> Finding:
    """A path that no file may be written to."""
    return _finding(
        "unsafe-path", path, reason, "rename what the path is made of: model, environment or file"
    )


def clash(path: str, other: str) -> Finding:
    """Two wanted paths that cannot both exist, or not on every system."""
    if path == other:
        return _finding(
            "not-a-file",
            path,
            "wanted both as a file and as a folder of other files",
            "rename one of the two",
        )
    return _finding(
        "case-clash",
        path,
        f"differs from `{shown(other)}` only by case or Unicode form: on macOS and Windows they are one file",
        "rename one of the two",
    )


def edited_by_hand(path: str) -> Finding:
    """A generated file whose seal no longer fits its content."""
    name = shown(path)
    return _finding(
        "edited-by-hand",
        path,
        "this generated file was changed after Modelyard wrote it",
        f"restore it with `git restore {name}` or delete it, then run tools/render; in a merge conflict take "
        f"either side (`git checkout --ours {name}`) or delete it. To change it for good, edit its source",
    )


def not_generated(path: str, *, wanted: bool, why: str = "it has no seal") -> Finding:
    """A file that Modelyard did not write, where it would write or in a folder that is its own."""
    if wanted:
        message = f"Modelyard would write here, but did not generate the file that is there: {why}"
    else:
        message = f"this folder holds generated files only, and Modelyard did not generate this one: {why}"
    return _finding("not-generated", path, message, "move it elsewhere or delete it, then run tools/render")


def in_the_way(obstacle: Obstacle, *, wanted: bool) -> Finding:
    """The finding for something that is not the plain file or folder that was needed."""
    path, kind = obstacle.path, obstacle.kind
    if kind is Kind.SYMLINK:
        return _finding(
            "symlink-in-the-way",
            path,
            "is a symbolic link, and Modelyard neither reads nor writes through one",
            f"remove the link (`rm {shown(path)}`), then run tools/render",
        )
    if kind is Kind.TOO_LARGE:
        return not_generated(path, wanted=wanted, why=f"it is {kind.value} ({obstacle.detail})")
    if kind is Kind.UNREADABLE:
        return _finding(
            "unreadable",
            path,
            f"cannot be read: {obstacle.detail}",
            f"see its owner and mode with `ls -ld {shown(path)}`, then run the command again",
        )
    needed = "a folder" if kind is Kind.FILE else "a file"
    return _finding(
        "not-a-file",
        path,
        f"is {kind.value} where Modelyard needs {needed}",
        "move it elsewhere or delete it, then run tools/render",
    )
