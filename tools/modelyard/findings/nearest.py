"""Which known name was probably meant by an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 64  # code points; longer words are no typing errors, and comparing them costs time
LISTED = 12  # known names that a hint lists


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to ``word``, or None if none is close.

    In this order: the same name but for case; the same but for case, ``-``, ``_`` and ``.``; the fewest
    typing errors (one, or one for three letters of a longer word, neighbours swapped counting as one);
    a name that ``word`` begins, from three letters on. Ties go to the first in alphabetical order.
    """
    if not word or len(word) > LONGEST:
        return None
    names = sorted(name for name in set(known) if name and len(name) <= LONGEST)
    lower, bare = word.casefold(), _bare(word)
    for name in names:
        if name.casefold() == lower:
            return name
    for name in names:
        if bare and _bare(name) == bare:
            return name
    limit = max(1, len(lower) // 3) if len(lower) > 1 else 0
    close: str | None = None
    for name in names:
        errors = _errors(lower, name.casefold(), limit)
        if errors <= limit:
            close, limit = name, errors - 1  # from here on only a nearer one counts
        if close is not None and limit < 1:
            break
    if close is not None:
        return close
    begun = [name for name in names if len(lower) > 2 and name.casefold().startswith(lower)]
    return begun[0] if begun else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint such as ``did you mean "memory"? known: cpu, memory, gpu``; empty if nothing is known.

    The names keep the order they are given in (those of a set are sorted); only the first twelve are listed.
    """
    names = sorted(known) if isinstance(known, (set, frozenset)) else list(dict.fromkeys(known))
    if not names:
        return ""
    guess = nearest(word, names)
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    listed = f"known: {', '.join(names[:LISTED])}{more}"
    return listed if guess is None else f'did you mean "{guess}"? {listed}'


def _bare(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").replace(".", "")


def _errors(left: str, right: str, limit: int) -> int:
    """Typing errors between two words (optimal string alignment), or ``limit + 1`` if there are more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    previous: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, previous, row = previous, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:  # no later row is smaller
            return limit + 1
    return row[-1]
