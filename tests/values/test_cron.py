"""Schedules: the same moments for Kubernetes and for EventBridge, by an oracle of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.values import Cron, MalformedError

BOUNDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]


def moments(field: str, low: int, high: int) -> frozenset[int]:
    """The numbers that a field of cron stands for, by trying each."""

    def meant(number: int, item: str) -> bool:
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else int(first)
        end = int(last) if last else high if step or first == "*" else begin
        return begin <= number <= end and (number - begin) % int(step or 1) == 0

    return frozenset(
        number for number in range(low, high + 1) if any(meant(number, item) for item in field.split(","))
    )


def items(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    step = st.integers(1, 99).map("/{}".format)
    plain = st.one_of(number.map(str), span, st.just("*"))
    return st.one_of(plain, st.builds(str.__add__, plain, step))


def field(index: int) -> st.SearchStrategy[str]:
    return st.lists(items(*BOUNDS[index]), min_size=1, max_size=3).map(",".join)


@settings(max_examples=300, deadline=None)
@given(fields=st.tuples(*map(field, range(5))), weekly=st.booleans())
def test_eventbridge_fires_when_cron_does(fields: tuple[str, ...], weekly: bool) -> None:
    minute, hour, day, month, weekday = fields
    day, weekday = ("*", weekday) if weekly else (day, "*")
    cron = Cron.parse(f"{minute} {hour} {day} {month} {weekday}")
    match = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)", cron.eventbridge)
    assert match is not None
    for said, meant, bounds in zip(match.groups()[:2], (minute, hour), BOUNDS, strict=False):
        assert moments(said, *bounds) == moments(meant, *bounds)
    assert moments(match[4], 1, 12) == moments(month, 1, 12)
    assert (match[3] == "?") != (match[5] == "?")
    if weekday == "*":
        assert match[5] == "?"
        assert moments(match[3], 1, 31) == moments(day, 1, 31)
    else:
        assert re.fullmatch(r"[1-7]([-,][1-7])*", match[5]), "EventBridge knows no steps of weekdays"
        assert {number - 1 for number in moments(match[5], 1, 7)} == moments(weekday, 0, 6)


@settings(max_examples=200)
@given(fields=st.tuples(*map(field, range(5))))
def test_steps_are_spelt_as_eventbridge_documents_them(fields: tuple[str, ...]) -> None:
    said = Cron.parse(f"{fields[0]} {fields[1]} {fields[2]} {fields[3]} *").eventbridge
    for part in said.removeprefix("cron(").removesuffix(")").split(" "):
        assert re.fullmatch(r"\d+/\d+|[\d,*?-]+", part)
        assert "/" not in part or "," not in part


@pytest.mark.parametrize(
    ("cron", "eventbridge"),
    [
        ("30 2 * * *", "cron(30 2 * * ? *)"),
        ("0 6 1 * *", "cron(0 6 1 * ? *)"),
        ("0 6 * * 0", "cron(0 6 ? * 1 *)"),
        ("0 6 * * 1-5", "cron(0 6 ? * 2-6 *)"),
        ("0 6 * * 0-6", "cron(0 6 ? * 1-7 *)"),
        ("0 6 * * 6,0", "cron(0 6 ? * 7,1 *)"),
        ("0 6 * * */2", "cron(0 6 ? * 1,3,5,7 *)"),
        ("0 6 * * 1-5/2", "cron(0 6 ? * 2,4,6 *)"),
        ("0 6 * * 5/1", "cron(0 6 ? * 6,7 *)"),
        ("*/15 * * * *", "cron(0/15 * * * ? *)"),
        ("0 0 */2 */3 *", "cron(0 0 1/2 1/3 ? *)"),
        ("10-30/10 8-17 * * *", "cron(10,20,30 8-17 * * ? *)"),
        ("*/90 * * * *", "cron(0 * * * ? *)"),
    ],
)
def test_eventbridge_spelling(cron: str, eventbridge: str) -> None:
    assert Cron.parse(cron).eventbridge == eventbridge


@pytest.mark.parametrize(
    "text",
    [
        "* * * *",
        "* * * * * *",
        "*  * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 7",
        "* * * * MON",
        "5-1 * * * *",
        "*/0 * * * *",
        "1,,2 * * * *",
        "*-5 * * * *",
        "1/2/3 * * * *",
        "@daily",
        "0 0 1 * 1",
        "0 0 */2 * 1",
        "? * * * *",
    ],
)
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(MalformedError):
        Cron.parse(text)
