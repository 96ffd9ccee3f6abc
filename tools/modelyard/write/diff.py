"""A change as text, in the form that ``git apply`` and people read."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.write.change import Action, Change
from modelyard.write.paths import shown

LARGEST_DIFF = 2 * 1024 * 1024  # bytes of either side
# Lines of either side. The search for equal lines takes quadratic time: a fifth of a second at this size.
MOST_LINES = 8000
CONTEXT = 3


def unified_diff(change: Change) -> str:
    """The unified diff of one change, ``""`` where nothing changes; the same bytes on every machine.

    Of a binary or a very large file it only says that it differs.
    """
    if change.action is Action.SAME:
        return ""
    before, after = change.before or b"", change.after or b""
    name = shown(change.path)
    old = "/dev/null" if change.before is None else f"a/{name}"
    new = "/dev/null" if change.after is None else f"b/{name}"
    if max(len(before), len(after)) > LARGEST_DIFF:
        return f"Large files {old} and {new} differ ({len(before)} and {len(after)} bytes)\n"
    old_lines, new_lines = _lines(before), _lines(after)
    if old_lines is None or new_lines is None:
        return f"Binary files {old} and {new} differ\n"
    if max(len(old_lines), len(new_lines)) > MOST_LINES:
        return f"Large files {old} and {new} differ ({len(old_lines)} and {len(new_lines)} lines)\n"
    return "".join([f"--- {old}\n+++ {new}\n", *_hunks(old_lines, new_lines)])


def _lines(content: bytes) -> list[str] | None:
    """Lines with their ``\\n``, which alone ends a line; None for what is not text."""
    if b"\0" in content:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    import difflib  # as rare as --diff

    diff = difflib.unified_diff(old, new, n=CONTEXT)
    for line in list(diff)[2:]:  # after difflib's own names of the two files
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
