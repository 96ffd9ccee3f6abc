"""The CODEOWNERS file of the repository: the first of the three places where GitHub looks."""

from __future__ import annotations

from pathlib import Path

from modelyard.source.file import NotAFile, read_bytes
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Owners
from modelyard.subjects.reading import read_documents

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def owners_of(root: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Patterns and owners in the order of the file; empty where there is none that can be read."""
    for path in PLACES:
        try:
            data = read_bytes(root, path, 2**22)
        except (OSError, NotAFile):
            continue
        for document in read_documents(path, data).documents:
            for fact in facts_of(document):
                if isinstance(fact, Owners):
                    return tuple((pattern, names) for pattern, names, _ in fact.rules)
    return ()


def teams_of(root: Path) -> frozenset[str]:
    """The teams that own anything, without the organisation that GitHub puts before them."""
    names = {name for _, owners in owners_of(root) for name in owners if name.startswith("@")}
    return frozenset(name.rpartition("/")[2].removeprefix("@") for name in names)
