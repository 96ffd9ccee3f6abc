"""What names a detection, and the order of many."""

from __future__ import annotations

import dataclasses
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.detections import Detection, Level
from modelyard.findings import Location

ONE = Detection(
    "root-user",
    "modelyard",
    Level.HIGH,
    Location("a.yaml", 3, 5, 7),
    "it is root",
    "say who",
    "Pod/a",
    "x",
    "m",
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=4)
DETECTIONS = st.builds(
    Detection,
    rule=TEXT,
    tool=TEXT,
    level=st.sampled_from(Level),
    location=st.builds(Location, TEXT, st.integers(1, 2), st.integers(1, 2), st.integers(1, 2)),
    message=TEXT,
    hint=TEXT,
    resource=TEXT,
    evidence=TEXT,
    model=TEXT,
)


def with_field(name: str, value: object) -> Detection:
    return dataclasses.replace(ONE, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rule", "other"),
        ("tool", "trivy"),
        ("resource", "Pod/b"),
        ("evidence", "y"),
        ("location", Location("b.yaml", 3, 5, 7)),
    ],
)
def test_what_it_is_about_is_in_its_name(name: str, value: object) -> None:
    assert with_field(name, value).fingerprint != ONE.fingerprint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", Level.LOW),
        ("message", "other words"),
        ("hint", ""),
        ("model", "n"),
        ("waiver", "SEC-1"),
        ("location", Location("a.yaml", 30, 50, 70)),
    ],
)
def test_what_is_said_of_it_is_not(name: str, value: object) -> None:
    assert with_field(name, value).fingerprint == ONE.fingerprint


def test_the_name_is_that_of_every_run_on_every_machine() -> None:
    """Waivers hold it, so it may never change."""
    assert ONE.fingerprint == "b5d8aace234cb26c"


def test_fields_do_not_run_into_each_other() -> None:
    names = {
        dataclasses.replace(ONE, resource=resource, evidence=evidence).fingerprint
        for resource, evidence in (
            ("ab", ""),
            ("a", "b"),
            ("", "ab"),
            ("a,1:b", ""),
            ("1:a", "b"),
            ("a", ",b"),
        )
    }
    assert len(names) == 6


@given(DETECTIONS)
@settings(max_examples=50, deadline=None)
def test_any_text_has_a_name(one: Detection) -> None:
    assert re.fullmatch("[0-9a-f]{16}", one.fingerprint)
    assert one.waived("T-1").fingerprint == one.fingerprint


@given(st.lists(DETECTIONS, max_size=8, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_does_not_hang_on_the_order_of_finding(
    found: list[Detection], chance: random.Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert sorted(found, key=Detection.sort_key) == sorted(shuffled, key=Detection.sort_key)


def test_levels() -> None:
    assert [Level.of(level.word) for level in Level] == list(Level)
    assert Level.of("High") is Level.HIGH
    assert sorted(Level)[-1] is Level.CRITICAL
    for wrong in ("", "severe", "HIGHEST", "1", "__class__"):
        with pytest.raises(ValueError, match="is no level"):
            Level.of(wrong)
