"""What the rules of this family share: one look at a document, of which each rule tells its own part."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from modelyard.rules.api import Context, Problem
from modelyard.rules.secrets._dockerfile import dockerfile_leaves
from modelyard.rules.secrets._leaves import Leaf, leaves
from modelyard.secrets.detect import detect_text, detect_value
from modelyard.secrets.encoded import decode
from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.manifests import is_secret_data
from modelyard.secrets.values import is_empty_word
from modelyard.secrets.words import Meaning, meaning_of
from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import Whole

# What a hit is about is told by the rule of addresses, wherever the address stands.
_ADDRESSES = frozenset(
    {"url-userinfo", "url-parameter", "sentry-dsn", "azure-sas-token", "connection-string"}
)
FIX = (
    "Revoke it, for it is in Git's history now; keep the new one in a secret store, and refer to it: "
    "`secrets` "
    "of the manifest, `valueFrom`, a mounted file."
)
WHY = (
    "Whoever reads the repository, the artifact or the running task's description has the credential, and it "
    "stays in Git's history when it is taken out."
)


class Placed(NamedTuple):
    """A credential in a document: the sort of place is that of the rule which tells of it."""

    place: str
    path: Path
    name: str
    hit: Hit


class _Same:
    """A document, equal to itself alone: what was found in one is asked for by each rule in turn."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.document is other.document

    def __hash__(self) -> int:
        return id(self.document)


def tells(place: str, where: str) -> Callable[[Whole, Context], Iterator[Problem]]:
    """The check of a rule that tells of credentials in one sort of place; ``where`` names it in messages."""

    def check(whole: Whole, context: Context) -> Iterator[Problem]:
        for placed in _found(_Same(whole.document)):
            if placed.place == place:
                named = f" {placed.name}" if placed.name and len(placed.name) <= 80 else ""
                message = f"{where}{named} holds a credential: {placed.hit.kind} {placed.hit.hint}"
                yield Problem(placed.path, message, evidence=placed.hit.fingerprint)

    return check


@functools.lru_cache(maxsize=4)
def _found(same: _Same) -> tuple[Placed, ...]:
    found: dict[tuple[Path, str], Placed] = {}
    for placed in _look(same.document):
        found.setdefault((placed.path, placed.hit.fingerprint), placed)
    return tuple(found.values())


def _look(document: Document) -> Iterator[Placed]:
    if document.kind == "codeowners":
        return
    if isinstance(document.data, str):
        if document.kind == "dockerfile":
            for leaf in dockerfile_leaves(document.data):
                yield from _hits(leaf)
        return
    yield from _secret_values(document)
    for leaf in leaves(document, _is_doubtful):
        yield from _hits(leaf)


# What was looked at and holds nothing: name, value, and whether the place is known.
_clean: set[tuple[str, str, bool]] = set()
_MOST_CLEAN = 200_000
_LONGEST_CLEAN = 512  # code points: longer texts are few, and would fill the memory


def _is_doubtful(name: str, value: str, known: bool) -> bool:
    """Whether a value was not looked at before, or holds something."""
    return (name, value, known) not in _clean


def _hits(leaf: Leaf) -> Iterator[Placed]:
    known = leaf.known or _is_password(leaf)
    hits = detect_value(leaf.name, leaf.value) if known else detect_text(leaf.name, leaf.value)
    if not hits and len(leaf.value) <= _LONGEST_CLEAN:
        if len(_clean) >= _MOST_CLEAN:
            _clean.clear()
        _clean.add((leaf.name, leaf.value, leaf.known))
    for hit in hits:
        yield Placed("url" if hit.kind in _ADDRESSES else leaf.place, leaf.path, leaf.name, hit)


def _is_password(leaf: Leaf) -> bool:
    """Whether a field is called a password and holds one word: there, even a poor one is meant."""
    if meaning_of(leaf.name) is not Meaning.PASSWORD:
        return False
    return not any(map(str.isspace, leaf.value)) and not is_empty_word(leaf.value)


def _secret_values(document: Document) -> Iterator[Placed]:
    """Each value of a committed Secret: whatever it is, it was meant to be secret."""
    data = document.data
    if document.kind != "kubernetes" or not isinstance(data, dict) or data.get("kind") != "Secret":
        return
    for section in ("data", "stringData"):
        values: Any = data.get(section)
        for name, value in values.items() if isinstance(values, dict) else ():
            text = str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
            if is_secret_data(text, encoded=section == "data"):
                plain = (decode(text) if section == "data" else text) or text
                # The secret is what it says, not how it is written: the same elsewhere has this fingerprint.
                yield Placed(
                    "kubernetes-secret", (section, name), name, hit_of("kubernetes-secret", plain, 0)
                )
