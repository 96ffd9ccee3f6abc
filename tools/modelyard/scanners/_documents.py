"""Inputs cut into their documents, each a file by itself, for scanners that stop at the first broken one.

A scanner that reads one document at a time proves for each that it was read, and no document hides what
stands behind it. The files have neutral names, so nothing about a name (``node_modules``, a leading dot,
``kustomization.yaml``) keeps a scanner from reading it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from modelyard.findings import Location
from modelyard.scanners.api import Input
from modelyard.subjects.document import Document, Kind
from modelyard.subjects.document import Path as Steps

# At the start of a line this begins a document, whatever it stands in (YAML 1.2.2, 9.1.2).
_marker = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_nothing = re.compile(r"\ufeff?(?:(?:---|\.\.\.|%[^\n]*)?[ \t\r]*(?:#[^\n]*)?(?:\n|\Z))*")
# What asks checkov or trivy to look away: in a comment, or in an annotation.
_inline_skip = re.compile(
    rb"(?P<checkov>checkov|bridgecrew|cortex)(?P<mark>:(?=\s*skip)|\.io/(?=skip))"
    rb"|(?P<trivy>trivy|tfsec):(?=\S*ignore)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """One document of an input as a file of its own, ``name``.

    ``document`` is None where it cannot be read. ``before`` is how many lines of the input stand before the
    piece; None where the piece is no part of its text but was written anew, all of it on one line.
    """

    name: str
    one: Input
    document: Document | None
    text: bytes
    before: int | None = 0

    @property
    def kind(self) -> Kind | None:
        """The kind of the document, or None where it cannot be read."""
        return None if self.document is None else self.document.kind

    @property
    def resources(self) -> tuple[str, ...]:
        """The addresses of what is in it, as the facts have them."""
        return () if self.document is None else addresses(self.document)

    def at(self, steps: Steps) -> Location:
        """Where a value of the document stands."""
        return Location(self.one.path) if self.document is None else self.document.locate(steps)

    def at_line(self, line: int) -> Location:
        """Where a line of the piece, counted from 1, stands in the input; the first for any before it."""
        if self.before is None:
            return self.at(())
        return Location(self.one.path, self.before + max(line, 1))

    def lines(self, first: int, last: int) -> str:
        """These lines of the piece, counted from 1, without the space around each."""
        text = self.text.decode("utf-8", "replace")
        return "\n".join(line.strip() for line in text.split("\n")[max(first, 1) - 1 : last])


def addresses(document: Document) -> tuple[str, ...]:
    """The resources of a wanted document: one object of Kubernetes, or the logical ids of a template."""
    data = document.data
    if not isinstance(data, dict):
        return ()
    if document.kind == "kubernetes":
        named = data["metadata"]
        return (f"{data['kind']}/{named.get('name') or named.get('generateName') or ''}",)
    if document.kind == "cloudformation":
        resources = data.get("Resources")
        return tuple(resources) if isinstance(resources, dict) else ()
    return ()


def resources_of(one: Input, kinds: Collection[Kind]) -> tuple[str, ...]:
    """The addresses of all resources in the documents of these kinds, in order and each once."""
    found = (name for document in _wanted(_read(one), kinds) for name in addresses(document))
    return tuple(dict.fromkeys(found))


def containers_of(document: Document) -> dict[Steps, str]:
    """The addresses of the containers in a document, by where they stand in it."""
    from modelyard.subjects.extract import facts_of
    from modelyard.subjects.facts import Container

    return {fact.path: fact.resource for fact in facts_of(document) if isinstance(fact, Container)}


def container_around(piece: Piece, steps: Steps) -> str:
    """The address of the container that a value is in, or nothing."""
    containers = containers_of(piece.document) if piece.document is not None else {}
    around = [steps[:length] for length in range(len(steps), 0, -1) if steps[:length] in containers]
    return containers[around[0]] if around else ""


def pieces_of(index: int, one: Input, kinds: Collection[Kind]) -> Iterator[Piece]:
    """The documents of these kinds in an input, the ``index``-th of its run, and whatever is broken in it."""
    documents = _read(one)
    if one.kinds == ("dockerfile",):
        yield Piece(f"{index:06d}.Dockerfile", one, documents[0] if documents else None, one.data)
        return
    suffix = ".json" if one.data.lstrip()[:1] in (b"{", b"[") else ".yaml"
    for number, (text, before, inside) in enumerate(_segments(one, documents)):
        stem = f"{index:06d}-{number:05d}"
        wanted = _wanted(inside, kinds)
        if not inside:
            yield Piece(f"{stem}{suffix}", one, None, text.encode(), before)
        elif len(inside) == 1 and not _is_item(inside[0]):
            yield from (Piece(f"{stem}{suffix}", one, found, text.encode(), before) for found in wanted)
        else:
            for item, found in enumerate(wanted):
                yield Piece(f"{stem}-{item:05d}.json", one, found, _as_json(found.data), None)


def write_pieces(pieces: Iterable[Piece], folder: Path) -> None:
    """Writes each piece to its name in ``folder``, a new one, with nothing in it that asks to look away."""
    folder.mkdir()
    for piece in pieces:
        (folder / piece.name).write_bytes(without_skips(piece.text))


def without_skips(text: bytes) -> bytes:
    """The text with inline skips of checkov and trivy made ineffective, each byte where it was.

    That they are there is reported by a rule of ours; here they just have no effect.
    """
    return _inline_skip.sub(_spoilt, text)


def _spoilt(match: re.Match[bytes]) -> bytes:
    if match["trivy"]:
        return match["trivy"] + b"_"
    return match["checkov"] + (b"_" if match["mark"] == b":" else b".no/")


def _read(one: Input) -> tuple[Document, ...]:
    from modelyard.subjects.reading import read_documents

    return read_documents(one.path, one.data).documents


def _wanted(documents: Iterable[Document], kinds: Collection[Kind]) -> list[Document]:
    """Those of these kinds; of Kubernetes, those that a cluster takes."""
    return [one for one in documents if one.kind in kinds and (one.kind != "kubernetes" or _is_object(one))]


def _is_object(document: Document) -> bool:
    """False for what looks like an object of Kubernetes and is none: no scanner reads it.

    Without metadata no cluster takes it (configuration of kubeadm and other programs is like that), and
    none makes pods of a Kustomization.
    """
    data = document.data
    return (
        isinstance(data, dict)
        and data.get("kind") != "Kustomization"
        and isinstance(data.get("metadata"), dict)
    )


def _is_item(document: Document) -> bool:
    """Whether it is an object in a List, whose text has others in it as well."""
    from modelyard.subjects.places import Finder

    return isinstance(document.find, Finder) and document.find.prefix != ()


def _segments(one: Input, documents: Iterable[Document]) -> Iterator[tuple[str, int, list[Document]]]:
    """The texts between two markers that hold anything, the lines before each, and its documents."""
    from modelyard.subjects.formats import format_of

    text = one.data.decode("utf-8", "replace")
    starts = [0]
    if format_of(one.path) != "json":
        starts += [match.start() for match in _marker.finditer(text) if match.start()]
    lines = [0]
    for start, end in pairwise(starts):
        lines.append(lines[-1] + text.count("\n", start, end))
    inside: dict[int, list[Document]] = {}
    for document in documents:
        before = lines[bisect_left(lines, document.locate(()).line) - 1]
        inside.setdefault(before, []).append(document)
    for start, end, before in zip(starts, [*starts[1:], len(text)], lines, strict=True):
        segment = text[start:end]
        if before in inside or not _nothing.fullmatch(segment):
            yield segment, before, inside.get(before, [])


def _as_json(data: Any) -> bytes:
    import json

    return json.dumps(data).encode()
