"""Suggestions for names that are not known."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.findings.nearest import did_you_mean, nearest

NAMES = ["cpu", "gpu", "memory", "storage", "secretsManager", "launchType", "min-replicas", "max-replicas"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("memmory", "memory"),
        ("memroy", "memory"),
        ("Memory", "memory"),
        ("MEMORY", "memory"),
        ("launchtype", "launchType"),
        ("launch_type", "launchType"),
        ("secrets-manager", "secretsManager"),
        ("minReplicas", "min-replicas"),
        ("min_replica", "min-replicas"),
        ("cpus", "cpu"),
        ("pcu", "cpu"),
        ("stor", "storage"),
        ("xpu", "cpu"),  # as near as gpu: the first in the alphabet
        ("c", None),
        ("", None),
        ("replicas", None),
        ("kubernetes", None),
        ("m" * 1000, None),
    ],
)
def test_nearest(word: str, expected: str | None) -> None:
    assert nearest(word, NAMES) == expected


def test_case_beats_everything() -> None:
    assert nearest("Env", ["env", "en", "envs", "ENVS"]) == "env"
    assert nearest("dbName", ["dbNames", "db_name"]) == "db_name"


def test_nothing_known() -> None:
    assert nearest("memory", []) is None
    assert nearest("memory", ["", "x" * 100]) is None
    assert did_you_mean("memory", []) == ""


def test_hint() -> None:
    assert (
        did_you_mean("memry", iter(["cpu", "memory", "gpu"]))
        == 'did you mean "memory"? known: cpu, memory, gpu'
    )
    assert did_you_mean("kubernetes", ["cpu", "memory"]) == "known: cpu, memory"
    assert did_you_mean("memry", {"memory": 1, "cpu": 2}) == 'did you mean "memory"? known: memory, cpu'


def test_hint_does_not_show_the_order_of_a_set() -> None:
    assert did_you_mean("x", set(NAMES)) == did_you_mean("x", frozenset(reversed(NAMES)))


def test_long_lists_are_cut_but_the_guess_is_named() -> None:
    names = [f"name{letter}" for letter in "abcdefghijklmnop"]
    assert did_you_mean("namep!", names) == (
        'did you mean "namep"? known: namea, nameb, namec, named, namee, namef, nameg, nameh, namei, namej, '
        "namek, namel and 4 more"
    )


@given(st.text(max_size=12), st.lists(st.text("abcAB-_é", max_size=8), max_size=8), st.randoms())
@settings(max_examples=200, deadline=None)
def test_always_a_known_name_in_whatever_order(word: str, known: list[str], shuffler: random.Random) -> None:
    guess = nearest(word, known)
    assert guess is None or guess in known
    shuffled = known * 2
    shuffler.shuffle(shuffled)
    assert nearest(word, shuffled) == guess


@given(st.text("abcdefgh", min_size=4, max_size=12), st.data())
@settings(max_examples=200, deadline=None)
def test_one_typing_error_is_mended(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    typo = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + "x" + name[at:],
                name[:at] + "x" + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    assert nearest(typo, [name, "zzzzzzzzzzzz"]) == name


def test_ten_thousand_names_take_no_time() -> None:
    names = [f"model-{number:05}-fraud-detector" for number in range(10_000)]
    before = time.process_time()
    assert nearest("modle-00042-fraud-detector", names) == "model-00042-fraud-detector"
    assert time.process_time() - before < 10
