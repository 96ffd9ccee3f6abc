"""Canonical block-style YAML from plain data.

Own code, and not a library: libyaml takes more than ten times as long, and the Rust emitters on PyPI are
hardly faster than this and leave bare what YAML 1.1 reads as a date or a number (``2024-01-01``, ``1_000``).

Lists stand at the indent of their key, as ``kubectl`` and ``kustomize`` write them, so that rendered files
diff cleanly against what a cluster gives back. Key order is the order of insertion: the targets decide it.
No aliases, tags, flow collections (but ``{}`` and ``[]``) or folded lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelyard.artifact import Plain
from modelyard.emit.plain import MAX_DEPTH, Unplain, exact_key, refuse
from modelyard.emit.scalars import KNOWN, atom_text, line_text, string_text

_MAX_KEY = 1024  # spec 1.2.2, section 7.4.3: an implicit key is no longer; few can read the ``? key`` form
_known = KNOWN.get
Write = Callable[[str], None]


def to_yaml(documents: Sequence[Plain]) -> str:
    """The documents as one YAML stream that ends in one newline, with ``---`` between them.

    Nothing for no documents. Raises TypeError for what is not plain data and for keys that are not
    strings; ValueError for lone surrogates, NaN and infinity, integers beyond 64 bits, keys beyond 1,024
    characters and data nested deeper than 100 levels. The message names the place.
    """
    pieces: list[str] = []
    write = pieces.append
    try:
        for document in documents:
            if pieces:
                write("\n---")
            kind = type(document)
            if kind is dict and document:
                _mapping(document, "\n", "\n", 1, write)
            elif kind is list and document:
                _sequence(document, "\n", "\n", 1, write)
            elif kind is str:
                write("\n" + string_text(document, "\n  "))
            else:
                write("\n" + atom_text(document, "\n  "))
    except Unplain:
        for index, document in enumerate(documents):
            refuse(document, f"$[{index}]")
        raise
    if pieces:
        write("\n")
    return "".join(pieces)[1:]


# In both functions ``indent`` is a newline and the spaces of this level, and ``lead`` is what goes before
# the first entry: the same, or ``- `` at the end of the line of a list that this value is an item of.


def _mapping(data: dict[str, Plain], lead: str, indent: str, depth: int, write: Write) -> None:
    if depth > MAX_DEPTH:
        raise Unplain
    deeper = indent + "  "
    for key, value in data.items():
        name = _known(key) or _key_text(key)
        kind = type(value)
        if kind is str:
            write(f"{lead}{name}: {_known(value) or string_text(value, deeper)}")
        elif kind is dict and value:
            write(f"{lead}{name}:")
            _mapping(value, deeper, deeper, depth + 1, write)
        elif kind is list and value:
            write(f"{lead}{name}:")
            _sequence(value, indent, indent, depth + 1, write)
        else:
            write(f"{lead}{name}: {atom_text(value, deeper)}")
        lead = indent


def _sequence(items: list[Plain], lead: str, indent: str, depth: int, write: Write) -> None:
    if depth > MAX_DEPTH:
        raise Unplain
    deeper = indent + "  "
    for item in items:
        kind = type(item)
        if kind is str:
            write(f"{lead}- {_known(item) or string_text(item, deeper)}")
        elif kind is dict and item:
            _mapping(item, lead + "- ", deeper, depth + 1, write)
        elif kind is list and item:
            _sequence(item, lead + "- ", deeper, depth + 1, write)
        else:
            write(f"{lead}- {atom_text(item, deeper)}")
        lead = indent


def _key_text(key: object) -> str:
    name = line_text(exact_key(key))
    if len(name) > _MAX_KEY:
        raise ValueError(f"the key {name[:40]}... is longer than {_MAX_KEY} characters")
    return name
