"""From the bytes of a file to its documents, and to findings for whatever could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from modelyard.findings import Finding, Location
from modelyard.source.node import Node
from modelyard.subjects.document import Document, Kind, Path
from modelyard.subjects.formats import format_of, read_roots
from modelyard.subjects.kinds import kind_of, place_of_path
from modelyard.subjects.places import Finder, Lines, Trees, plain

# Whose readers take `yes` for true, and whose take 0777 for an octal number (go-yaml 2 behind Kubernetes).
old_booleans = frozenset({"kubernetes", "compose", "cloudformation", "task-definition", "sagemaker"})
old_integers = frozenset({"kubernetes"})


@dataclass(frozen=True)
class Read:
    """The documents of a file, in order, and why it or a part of it could not be read.

    Documents that stand before or behind a broken one are there; a finding means that not all was read.
    """

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the documents, in order."""
        return tuple(document.kind for document in self.documents)


def read_documents(path: str, data: bytes) -> Read:
    """Reads a file of any format that ``formats.format_of`` knows; never raises on bad input.

    ``path`` is relative to the repository; it decides the format and, with the content, the kinds.
    """
    form = format_of(path)
    if form == "dockerfile" or form == "codeowners":
        return read_lines(path, data, form)
    if form is None:
        message = "no reader knows this kind of file"
        hint = "give YAML, JSON, a Dockerfile or CODEOWNERS"
        return Read((), (Finding("unreadable-document", Location(path), message, hint),))
    stream = read_roots(path, data)
    trees = Trees(path, partial(bytes, data), stream.roots)
    documents: list[Document] = []
    for index, root in enumerate(stream.roots):
        whole = document_of(path, None, root.plain(), index, trees)
        if stream.dated:
            whole = as_dated(whole, root)
        documents += parts(whole)
    numbered = tuple(replace(document, index=index) for index, document in enumerate(documents))
    return Read(numbered, stream.findings)


def document_of(
    path: str, kind: Kind | None, data: Any, index: int, text: Callable[[], bytes] | Trees
) -> Document:
    """A document whose plain data is known already, the ``index``-th of its file (from 0).

    ``text`` gives the bytes of the file, and is called when a place in it is asked for first; ``Trees``, so
    that the documents of one file share what is parsed then.
    """
    known = kind
    if known is None:
        form = format_of(path)
        known = form if form == "dockerfile" or form == "codeowners" else kind_of(path, data)
    if known == "dockerfile" or known == "codeowners":
        return Document(path, known, data, Lines(path, str(data)), index, place_of_path(path))
    trees = text if isinstance(text, Trees) else Trees(path, text)
    return Document(path, known, data, Finder(trees, index), index, place_of_path(path))


def as_dated(document: Document, root: Node) -> Document:
    """The document as readers of YAML 1.1 read it, if those of its kind are."""
    booleans, integers = document.kind in old_booleans, document.kind in old_integers
    if not booleans and not integers:
        return document
    return replace(document, data=plain(root, booleans=booleans, integers=integers))


def parts(document: Document) -> Iterator[Document]:
    """The objects of a List of Kubernetes, lists in it taken apart as well; any other document itself."""
    items = listed(document)
    if not items:
        yield document
        return
    for number, item in enumerate(items):
        yield from parts(part(document, ("items", number), item))


def listed(document: Document) -> list[Any] | None:
    """The items of a List of Kubernetes; None for any other document, and where they are no list."""
    data = document.data
    if document.kind != "kubernetes" or not isinstance(data, dict):
        return None
    kind, items = data.get("kind"), data.get("items")
    return items if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list) else None


def part(document: Document, path: Path, data: Any) -> Document:
    """What stands at ``path`` of a document, as a document of Kubernetes."""
    find = document.find
    below: Callable[[Path], Location]
    below = find.below(path) if isinstance(find, Finder) else lambda rest: find(path + rest)
    return replace(document, data=data, find=below)


def read_lines(path: str, data: bytes, kind: Kind) -> Read:
    """Reads a file of lines: a Dockerfile or CODEOWNERS. Its data is its text."""
    from modelyard.source.reading import default_limits
    from modelyard.source.report import Report, Stop
    from modelyard.source.text import decode

    report = Report(path, default_limits.max_findings)
    try:
        text = decode(data, default_limits.max_bytes, report, directives=False)
    except Stop:
        return Read((), report.findings())
    return Read((document_of(path, kind, text, 0, partial(bytes, data)),), report.findings())
