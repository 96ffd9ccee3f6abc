"""Forty kinds of credentials in twenty-six places each: each one is found, once, and shown nowhere."""

from __future__ import annotations

import random

import pytest

from modelyard.subjects.formats import format_of
from tests.secrets.looking import look, structured
from tests.secrets.places import PLACES
from tests.secrets.samples import KINDS

# A name alone makes it a secret there, which a document for people has many of.
IN_PROSE = {"password"}


def secret_part(value: str) -> str:
    """What must not be shown of a value: all but the prefix that every credential of its vendor has."""
    return value[-8:]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_secret_is_found(kind: str, place: str) -> None:
    name, make = KINDS[kind]
    value = make(random.Random(f"{kind} in {place}"))
    path, text = PLACES[place](name, value)
    found = look(path, text)
    assert found, text
    shown = repr(found)
    assert secret_part(value) not in shown
    lines = [number for number, line in enumerate(text.splitlines(), 1) if secret_part(value) in line]
    if lines and format_of(path) is None:
        assert {one.location.line for one in found} == set(lines)
    assert len({(one.location.line, one.evidence) for one in found}) == len(found)


@pytest.mark.parametrize("place", [place for place in PLACES if format_of(PLACES[place]("A", "b")[0])])
@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_that_knows_the_place_finds_it(kind: str, place: str) -> None:
    name, make = KINDS[kind]
    path, text = PLACES[place](name, make(random.Random(f"{kind} known in {place}")))
    found = structured(path, text)
    assert found, text
    assert all(one.level.word == "critical" and one.hint and len(one.evidence) == 16 for one in found)
