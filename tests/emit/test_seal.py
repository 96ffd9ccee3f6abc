"""The seal: what was sealed is genuine, and no edit of it is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.emit import SEAL, SealState, check_seal, seal

MARK = b"modelyard:sha256:"


def sealed(before: bytes = b"# ", after: bytes = b"\nkey: value\n") -> bytes:
    return seal(before + SEAL.encode() + after)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_round_trip(before: bytes, after: bytes) -> None:
    content = sealed(before, after)
    assert check_seal(content) is SealState.GENUINE
    assert len(content) == len(before) + len(SEAL) + len(after)


def test_anyone_can_check_it_with_sha256sum() -> None:
    content = sealed()
    digits = content.partition(MARK)[2][:64]
    assert digits.decode() == hashlib.sha256(content.replace(digits, b"0" * 64)).hexdigest()


def test_no_single_bit_can_flip() -> None:
    content = sealed()
    mark = range(content.index(MARK), content.index(MARK) + len(MARK))
    for position in range(len(content)):
        for bit in range(8):
            edited = bytearray(content)
            edited[position] ^= 1 << bit
            expected = SealState.ABSENT if position in mark else SealState.BROKEN
            assert check_seal(bytes(edited)) is expected


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([MARK, b"0" * 64, b"a" * 64, b"\n", b"\xff"])).map(b"".join)
)
def test_any_bytes_get_an_answer(content: bytes) -> None:
    state = check_seal(content)
    assert state is (SealState.BROKEN if MARK in content else SealState.ABSENT)


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content + b"\n",
        lambda content: content[:-1],
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content + content,
        lambda content: content + MARK,
        lambda content: content[: content.index(MARK) + len(MARK) + 20],
        lambda content: content.replace(MARK, MARK + b"A"),
        lambda content: SEAL.encode(),
    ],
)
def test_edits_break_it(edit: object) -> None:
    assert callable(edit)
    assert check_seal(edit(sealed())) is SealState.BROKEN


def test_upper_case_digits_are_an_edit() -> None:
    content = sealed()
    digits = content.partition(MARK)[2][:64]
    assert check_seal(content.replace(digits, digits.upper())) is SealState.BROKEN


def test_a_huge_stray_file_is_answered() -> None:
    assert check_seal(b"\x00" * 20_000_000) is SealState.ABSENT
    assert check_seal(MARK * 500_000) is SealState.BROKEN


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"key: value\n", "no place for the seal"),
        (SEAL.encode() * 2, "more than once"),
        (SEAL.encode() + b"\n" + MARK, "more than once"),
        (MARK + b"1" * 64, "not followed by 64 zeros"),
        (MARK + b"0" * 63, "not followed by 64 zeros"),
    ],
)
def test_what_cannot_be_sealed(text: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        seal(text)
