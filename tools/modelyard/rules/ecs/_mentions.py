"""Accounts and regions that a document speaks of: in ARNs, ECR hosts, and wherever a region is named.

Twenty thousand documents are asked, and nearly all speak of their own account only. So the document is
first searched as one text, and only one that says something strange is walked value by value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from modelyard.rules.api import Context, EnvironmentFacts
from modelyard.subjects.document import Document, Path

# partition, service, region, account: docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:([a-z0-9-]*):(\d{12})?:")
_ECR = re.compile(r"\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.")
# A literal at its beginning makes a pattern six times as fast as (?:egion|EGION) would be.
_NAMED = r"[\\\"'=: ,]{1,8}(?:[Vv]alue[\\\": ]{2,8})?([a-z]{2}(?:-[a-z]+){1,2}-\d)\b"
_REGION = re.compile("egion" + _NAMED)
_LOUD_REGION = re.compile("EGION" + _NAMED)
_ACCOUNT_DIGITS = 12


class Mention(NamedTuple):
    """An account and a region; either may be empty."""

    account: str
    region: str


class _Same:
    """A key for a document, which itself cannot be one: equal only to itself."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def __hash__(self) -> int:
        return id(self.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.document is self.document


def strangers(
    document: Document, known: EnvironmentFacts, context: Context, part: int
) -> Iterator[tuple[Path, str]]:
    """Values that speak of another account (``part`` 0) or region (1), each with what it names.

    Registries of the catalogue are no strangers: AWS publishes images from accounts of its own.
    """
    own = (known.accounts, known.regions)[part]
    odd = {one for one in _of_document(_Same(document)) if one[part] and one[part] not in own}
    if not odd:
        return
    odd -= _of_catalogue(context)
    wanted = {one[part] for one in odd}
    if not wanted:
        return
    seen = False
    for path, label, text in _leaves(document.data, (), ""):
        if not any(name in text for name in wanted):
            continue
        for name in sorted({one[part] for one in _in_text(f'{label}":"{text}') & odd}):
            seen = True
            # Whom a policy trusts has rules of its own.
            if "Principal" not in path:
                yield path, name
    if not seen:
        # It is in a key: the walk looks at values only, and silence would be a pass.
        for name in sorted(wanted):
            yield (), name


# One document at a time is looked at, by two rules: two entries are all that is ever of use.
@lru_cache(maxsize=2)
def _of_document(same: _Same) -> frozenset[Mention]:
    return frozenset(_in_text(_as_text(same.document.data)))


def _as_text(data: Any) -> str:
    """JSON with sorted keys, so that a variable's name comes right before its value."""
    import orjson

    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:  # a lone surrogate, or a number beyond 64 bits
        import json

        return json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)


def _in_text(text: str) -> set[Mention]:
    found = {Mention(account or "", region) for region, account in _ARN.findall(text)}
    for match in _ECR.finditer(text):
        account = text[max(match.start() - _ACCOUNT_DIGITS, 0) : match.start()]
        if len(account) == _ACCOUNT_DIGITS and account.isdecimal():
            found.add(Mention(account, match.group(1)))
    found.update(Mention("", region) for region in _REGION.findall(text))
    found.update(Mention("", region) for region in _LOUD_REGION.findall(text))
    return found


def _of_catalogue(context: Context) -> set[Mention]:
    return {one for base in context.bases.values() for one in _in_text(base.repository)}


def _leaves(data: Any, path: Path, label: str) -> Iterator[tuple[Path, str, str]]:
    """Texts with their paths and what names them: key, sibling ``name``, or the list's previous item."""
    if isinstance(data, str):
        yield path, label, data
    elif isinstance(data, Mapping):
        name = data.get("name", data.get("Name"))
        for key, value in data.items():
            named = name if isinstance(name, str) and str(key).lower() == "value" else str(key)
            yield from _leaves(value, (*path, key), named)
    elif isinstance(data, list):
        before = label
        for index, value in enumerate(data):
            yield from _leaves(value, (*path, index), before)
            before = value if isinstance(value, str) else label
