"""Which conditions of an IAM statement really narrow it.

A condition narrows an Allow only if it fails when its key is not in the request. ``...IfExists`` and
``ForAllValues:`` hold when the key is missing, negations hold for everything but a few values, and ``Null``
only asks whether the key is there: none of them narrows by itself.
Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
multivalued context keys".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Statement

_NARROWING = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool"}
)
# Operators in whose values * and ? stand for other characters; ArnEquals behaves as ArnLike does.
_PATTERNS = frozenset({"stringlike", "arnlike", "arnequals"})
_EVERYBODY = frozenset({"*", "**", "0.0.0.0/0", "::/0", "arn:aws:*", "arn:*"})


class Narrowing(NamedTuple):
    """A condition that narrows: its key in lower case, its values, and whether * in them is a wildcard."""

    key: str
    values: tuple[str, ...]
    wild: bool
    path: Path


def narrowing(statement: Statement) -> Iterator[Narrowing]:
    """The conditions of a statement that fail where their key is missing or has another value."""
    for operator, keys in statement.conditions.items():
        quantifier, _, name = operator.lower().rpartition(":")
        if name not in _NARROWING or quantifier == "forallvalues":
            continue
        for key, values in keys.items():
            if values and not any(value in _EVERYBODY for value in values):
                path = (*statement.path, "Condition", operator, key)
                yield Narrowing(key.lower(), values, name in _PATTERNS, path)


def narrowed_by(statement: Statement, keys: Collection[str], prefixes: tuple[str, ...] = ()) -> bool:
    """Whether one of the keys (lower case), or a key that begins so, narrows the statement."""
    return any(
        one.key in keys or (bool(prefixes) and one.key.startswith(prefixes)) for one in narrowing(statement)
    )


def claim(statement: Statement, name: str) -> tuple[Narrowing, ...]:
    """The narrowing conditions on a claim of an identity provider's token: ``sub`` of any issuer, say."""
    return tuple(one for one in narrowing(statement) if one.key.endswith(":" + name))
