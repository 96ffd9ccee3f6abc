"""Every rule of the decoder, with the exact place it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pytest

from modelyard.source import Node
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.field import Plugins, Range, Size, Spec, Text, field
from modelyard.values import Cpu, Duration, Memory
from tests.support.located import located

Name = Annotated[str, Text("a name", r"[a-z]+", 1, 5, "as in abc")]


@dataclass(frozen=True, kw_only=True)
class Inner(Spec):
    """A part."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("left", "right")
    at_most_one_of: ClassVar[tuple[str, ...]] = ("right", "extraCare")
    left: Name | None = field("Left.", default=None)
    right: Name | None = field("Right.", default=None)
    extra_care: bool = field("Care.", default=False)


@dataclass(frozen=True, kw_only=True)
class Settings(Spec):
    """What a target takes."""

    size: Annotated[int, Range(1, 9, "pods")] = field("Size.")


@dataclass(frozen=True, kw_only=True)
class Whole(Spec):
    """Everything once."""

    name: Name = field("Its name.")
    note: str = field("A note.", default="")
    count: Annotated[int, Range(1, 10, "things")] = field("How many.", default=1)
    ratio: Annotated[float, Range(0, 1)] = field("A ratio.", default=0.5)
    flag: bool = field("A flag.", default=False)
    mode: Literal["fast", "slow"] = field("How.", default="fast")
    days: Literal[7, 14] = field("Days.", default=7)
    cpu: Cpu = field("CPU.", default=Cpu(1))
    memory: Memory = field("Memory.", default=Memory(1))
    wait: Duration = field("Wait.", default=Duration(1))
    names: Annotated[tuple[Name, ...], Size(1, 2)] = field("Names.", default=())
    table: Annotated[Mapping[Name, Name], Size(1, 2)] = field("A table.", default={})
    inner: Inner | None = field("A part.", default=None)
    targets: Annotated[Mapping[str, Spec], Plugins("settings")] = field("Targets.", default={})
    anything: Node | None = field("A tree.", default=None)


PLUGINS: dict[str, dict[str, type[Spec]]] = {"settings": {"ecs": Settings}, "platform": {}}

# A line of YAML under "name: abc", and what is found there: place, rule, and a part of what is said.
BAD = [
    ("flog: true", "2:1:4", "unknown-field", 'did you mean "flag"?'),
    ("flag: yes", "2:7:3", "wrong-type", "found a string"),
    ('flag: "true"', "2:7:6", "wrong-type", "without quotes"),
    ("flag:", "2:6:1", "wrong-type", "found null"),
    ("note: 1.10", "2:7:4", "wrong-type", 'put it in quotes: "1.10"'),
    ("note: [a]", "2:7:3", "wrong-type", "found a list"),
    ("note: null", "2:7:4", "wrong-type", "found null"),
    ('count: "3"', "2:8:3", "wrong-type", "without quotes"),
    ("count: 3.5", "2:8:3", "wrong-type", "expected an integer, found a number"),
    ("count: true", "2:8:4", "wrong-type", "found a boolean"),
    ("count: 0", "2:8:1", "out-of-range", "0 is not between 1 and 10 things"),
    ("count: 11", "2:8:2", "out-of-range", "choose an integer"),
    ("ratio: 1.5", "2:8:3", "out-of-range", "between 0 and 1"),
    ("ratio: -1", "2:8:2", "out-of-range", "between 0 and 1"),
    ("mode: fats", "2:7:4", "not-one-of", 'did you mean "fast"?'),
    ("mode: 5", "2:7:1", "not-one-of", "known: fast, slow"),
    ("mode: {}", "2:7:1", "wrong-type", "one of fast, slow"),
    ('days: "7"', "2:7:3", "not-one-of", "without quotes"),
    ("days: 8", "2:7:1", "not-one-of", "known: 7, 14"),
    ("cpu: lots", "2:6:4", "malformed-value", "250m"),
    ("cpu: true", "2:6:4", "wrong-type", "found a boolean"),
    ("cpu: [1]", "2:6:3", "wrong-type", "found a list"),
    ("memory: 4gb", "2:9:3", "malformed-value", "4Gi"),
    ("wait: 90", "2:7:2", "wrong-type", 'put it in quotes: "90"'),
    ("names: abc", "2:8:3", "wrong-type", "after a dash"),
    ("names: []", "2:8:1", "out-of-range", "1 to 2 entries are due, here are 0"),
    ("names: [a, b, c]", "2:8:1", "out-of-range", "here are 3"),
    ("names: [a, B]", "2:12:1", "malformed-value", "as in abc"),
    ("names: [abcdef]", "2:9:6", "malformed-value", "at most 5 characters, this has 6"),
    ("table: [a]", "2:8:1", "wrong-type", "key: value"),
    ("table: {}", "2:8:1", "out-of-range", "here are 0"),
    ("table: {a: a, b: b, c: c}", "2:8:1", "out-of-range", "here are 3"),
    ("table: {A: a}", "2:9:1", "malformed-value", '"A" is not a name'),
    ("table: {a: A}", "2:12:1", "malformed-value", '"A" is not a name'),
    ("inner: x", "2:8:1", "wrong-type", "expected a mapping"),
    ("inner: {}", "2:8:1", "conflicting-fields", "none of them"),
    ("inner: {left: a, right: b}", "2:18:5", "conflicting-fields", "here is left and right"),
    ("inner: {right: b, extraCare: true}", "2:19:9", "conflicting-fields", "at most one"),
    ("inner: {left: a, up: b}", "2:18:2", "unknown-field", 'no field "up"'),
    ("targets: [ecs]", "2:10:1", "wrong-type", "expected a mapping"),
    ("targets: {esc: {size: 1}}", "2:11:3", "unknown-target", 'did you mean "ecs"?'),
    ("targets: {ecs: {}}", "2:16:1", "missing-field", "size: Size."),
    ("targets: {ecs: {size: 10}}", "2:23:2", "out-of-range", "pods"),
    ("anything: 1", "2:11:1", "wrong-type", "expected a mapping"),
]


@pytest.mark.parametrize(("line", "place", "rule", "said"), BAD, ids=[line for line, *_ in BAD])
def test_what_is_refused(line: str, place: str, rule: str, said: str) -> None:
    decoder = Decoder(PLUGINS)
    assert decoder.decode(located(f"name: abc\n{line}\n"), Whole) is None
    (finding,) = decoder.findings
    where = finding.location
    line_and_column, length = place.rsplit(":", 1)
    assert (f"{where.line}:{where.column}", finding.rule) == (line_and_column, rule)
    if not line.rstrip().endswith((":", "]", "}")):
        assert where.length == int(length)
    assert said in f"{finding.message}\n{finding.hint}"
    assert finding.message
    assert finding.hint


def test_what_is_accepted() -> None:
    decoder = Decoder(PLUGINS)
    text = """
name: abc
note: "1.10"
count: 3
ratio: 1
flag: true
mode: slow
days: 14
cpu: 0.5
memory: 1048576
wait: 1m
names: [a, b]
table: {a: b}
inner: {right: c}
targets: {ecs: {size: 2}}
anything: {x: [1]}
"""
    value = decoder.decode(located(text), Whole)
    assert decoder.findings == []
    assert value is not None
    assert (value.note, value.count, value.ratio, value.flag, value.mode, value.days) == (
        "1.10",
        3,
        1,
        True,
        "slow",
        14,
    )
    assert (value.cpu, value.memory, value.wait) == (Cpu(500), Memory(2**20), Duration(60))
    assert (value.names, dict(value.table), value.inner) == (("a", "b"), {"a": "b"}, Inner(right="c"))
    assert value.targets["ecs"] == Settings(size=2)
    assert isinstance(value.anything, MappingNode)


def test_every_problem_is_found_at_once() -> None:
    decoder = Decoder(PLUGINS)
    assert decoder.decode(located("count: 99\nmode: x\nnames: [A, B]\nzzz: 1\n"), Whole) is None
    assert sorted(finding.rule for finding in decoder.findings) == [
        "malformed-value",
        "malformed-value",
        "missing-field",
        "not-one-of",
        "out-of-range",
        "unknown-field",
    ]


def test_a_missing_field_says_what_it_is_for() -> None:
    decoder = Decoder(PLUGINS)
    assert decoder.decode(located("flag: true\n"), Whole) is None
    (finding,) = decoder.findings
    assert (finding.location.line, finding.location.column) == (1, 1)
    assert finding.hint == "name: Its name."


@pytest.mark.parametrize("text", ["\u0663", "\uff11\uff12"])
def test_only_ascii_digits_count(text: str) -> None:
    assert not Text("a number", r"\d+").matches(text)


def test_a_part_that_layers_share_is_decoded_and_reported_once() -> None:
    decoder = Decoder(PLUGINS)
    lower = located("name: abc\ninner: {left: A}\nnames: [A]\n")
    upper = MappingNode("x.yaml", 1, 1, 1, {**lower.entries, **located("flag: true\n").entries})
    assert decoder.decode(lower, Whole) is None
    assert decoder.decode(upper, Whole) is None
    assert len(decoder.findings) == 2


def test_a_shared_part_is_the_same_value() -> None:
    decoder = Decoder(PLUGINS)
    lower = located("name: abc\ninner: {left: a}\n")
    upper = MappingNode("x.yaml", 1, 1, 1, {**lower.entries, **located("flag: true\n").entries})
    first, second = decoder.decode(lower, Whole), decoder.decode(upper, Whole)
    assert first is not None
    assert second is not None
    assert first.inner is second.inner
    assert (first.flag, second.flag) == (False, True)
