"""One problem in many places is one finding, which names the places where it is not everywhere."""

from __future__ import annotations

from modelyard.findings import Finding, Location
from modelyard.pipeline.gather import Gathered

ONE = Finding("rule", Location("model.yaml", 3), "too much", "ask for less")
TWO = Finding("rule", Location("model.yaml", 4), "too little", "ask for more")


def test_what_is_wrong_everywhere_names_no_place() -> None:
    gathered = Gathered()
    assert gathered.add("dev", [ONE]) == 1
    assert gathered.add("prod", [ONE]) == 1
    assert gathered.findings() == [ONE]


def test_what_is_wrong_somewhere_names_where() -> None:
    gathered = Gathered()
    gathered.add("dev", [ONE, TWO])
    gathered.add("staging", [])
    gathered.add("prod", [ONE])
    assert [finding.message for finding in gathered.findings()] == [
        "too much (in dev, prod)",
        "too little (in dev)",
    ]


def test_what_is_said_twice_in_a_place_is_said_once() -> None:
    gathered = Gathered()
    assert gathered.add("dev", iter([ONE, ONE])) == 2
    assert gathered.findings() == [ONE]
