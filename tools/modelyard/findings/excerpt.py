"""Fits a source line and its mark into so many terminal cells."""

from __future__ import annotations

from modelyard.findings.visible import is_plain, pieces


def cells(text: str) -> int:
    """How many terminal cells a shown text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    import unicodedata

    total = 0
    for char in text:
        if unicodedata.category(char) not in ("Mn", "Me"):
            total += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return total


def excerpt(line: str, column: int, length: int, room: int) -> tuple[str, int, int]:
    """The line as shown in at most ``room`` cells, and where its mark begins and how many cells it has.

    ``column`` counts code points from 1; a mark beyond the line's end is put right behind it. What does
    not fit is cut around the mark, with an ellipsis at each cut.
    """
    begin = min(column - 1, len(line))
    end = min(begin + length, len(line))
    if len(line) < room and line.isascii() and is_plain(line):
        return line, begin, max(1, end - begin)
    # No more code points than cells can be shown, except for marks without width, so a line of a
    # megabyte is looked at only near its mark.
    low, high = max(0, begin - room), min(len(line), begin + room)
    shown = pieces(line[low:high])
    widths = [cells(piece) for piece in shown]
    first, last = _window(widths, begin - low, min(end, high) - low, room, (low > 0, high < len(line)))
    head = "…" if first + low > 0 else ""
    tail = "…" if last + low < len(line) else ""
    before = len(head) + sum(widths[first : begin - low])
    marked = sum(widths[begin - low : min(end - low, last)])
    return head + "".join(shown[first:last]) + tail, before, max(1, marked)


def _window(widths: list[int], begin: int, end: int, room: int, cut: tuple[bool, bool]) -> tuple[int, int]:
    """Which pieces [first, last) to show; ``cut`` says at which ends the line was already cut.

    Half-open, in pieces. One cell is kept free behind the line, where a mark past its end stands.
    """
    first = 0
    if cut[0] or sum(widths[:end]) + 2 > room:
        # Some context before the mark: a third of the room, or less where the mark needs it.
        context = max(0, min(room // 3, room - 3 - sum(widths[begin:end])))
        first = begin
        while first > 0 and context >= widths[first - 1]:
            first -= 1
            context -= widths[first]
    free = room - (1 if cut[0] or first > 0 else 0) - 1
    last = first
    while last < len(widths) and widths[last] <= free:
        free -= widths[last]
        last += 1
    return first, last
