"""Quantities against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.values import Cpu, MalformedError, Memory

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15} | {
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
}
NUMBERS = st.from_regex(r"[0-9]{1,15}(\.[0-9]{1,9})?", fullmatch=True)


@settings(max_examples=300)
@given(number=NUMBERS, unit=st.sampled_from(sorted(UNITS)))
def test_memory_is_exact(number: str, unit: str) -> None:
    exact = Fraction(number) * UNITS[unit]
    if exact.denominator != 1 or not 0 < exact < 10**15:
        with pytest.raises(MalformedError):
            Memory.parse(number + unit)
    else:
        assert Memory.parse(number + unit).bytes == exact


@settings(max_examples=200)
@given(number=NUMBERS, milli=st.booleans())
def test_cpu_is_exact(number: str, milli: bool) -> None:
    exact = Fraction(number) * (1 if milli else 1000)
    text = number + "m" * milli
    if exact.denominator != 1 or not 0 < exact < 10**15:
        with pytest.raises(MalformedError):
            Cpu.parse(text)
    else:
        assert Cpu.parse(text).millicores == exact


@settings(max_examples=200)
@given(amount=st.integers(1, 10**15 - 1))
def test_every_amount_can_be_read_again(amount: int) -> None:
    assert Memory.parse(str(Memory(amount))) == Memory(amount)
    assert Cpu.parse(str(Cpu(amount))) == Cpu(amount)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [("1024Mi", "1Gi"), ("0.5Gi", "512Mi"), ("1.5Gi", "1536Mi"), ("1G", "1000000000"), ("2048", "2Ki")],
)
def test_memory_has_one_spelling(text: str, spelt: str) -> None:
    assert str(Memory.parse(text)) == spelt


@pytest.mark.parametrize(
    ("text", "spelt"), [("1000m", "1"), ("0.25", "250m"), ("1.5", "1500m"), ("2.000", "2")]
)
def test_cpu_has_one_spelling(text: str, spelt: str) -> None:
    assert str(Cpu.parse(text)) == spelt


@pytest.mark.parametrize(
    "text", ["-1", "+1", "0", "0Gi", ".5", "1.", "1e3", "1 Gi", "1gi", "1Kib", "0x10", "0.5", "1_000"]
)
def test_what_is_no_memory(text: str) -> None:
    with pytest.raises(MalformedError):
        Memory.parse(text)


@pytest.mark.parametrize(
    ("size", "mebibytes", "gibibytes"),
    [(1, 1, 1), (2**20, 1, 1), (2**20 + 1, 2, 1), (2**30, 1024, 1), (2**30 + 1, 1025, 2)],
)
def test_rounded_up_to_what_holds_it(size: int, mebibytes: int, gibibytes: int) -> None:
    assert (Memory(size).mebibytes, Memory(size).gibibytes) == (mebibytes, gibibytes)
