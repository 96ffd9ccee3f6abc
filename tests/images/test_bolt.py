"""Whatever stands in the file, it is a database or it is broken, and it takes no time to tell."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.images.bolt import Broken, bucket_names
from tests.support.trivy_db import Facts, bolt, tree

WHOLE = bolt(tree(Facts()))
EXAMPLES = settings(max_examples=150, deadline=None)


def read(data: bytes) -> frozenset[str] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        path.write_bytes(data)
        try:
            return bucket_names(path)
        except Broken:
            return None


@EXAMPLES
@given(st.binary(max_size=9000))
def test_anything(data: bytes) -> None:
    assert read(data) is None


@EXAMPLES
@given(st.integers(0, len(WHOLE) - 1))
def test_cut(length: int) -> None:
    assert read(WHOLE[:length]) is None


@EXAMPLES
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_one_byte_changed(place: int, byte: int) -> None:
    found = read(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    assert found is None or isinstance(found, frozenset)


def test_a_loop_ends() -> None:
    # A branch page whose only child is itself, as the root.
    data = bytearray(WHOLE)
    root = struct.unpack_from("<Q", data, 4096 + 16 + 16)[0]
    at = root * 4096
    struct.pack_into("<QHHI", data, at, root, 0x01, 1, 0)
    struct.pack_into("<IIQ", data, at + 16, 16, 0, root)
    assert read(bytes(data)) is None


@pytest.mark.parametrize("damaged", [0, 1])
def test_one_of_its_two_heads_is_enough(damaged: int) -> None:
    data = bytearray(WHOLE)
    data[damaged * 4096 + 40] ^= 0xFF
    assert read(bytes(data)) == read(WHOLE)


def test_a_top_that_fills_several_pages() -> None:
    # As bbolt writes it when one page is not enough: a branch, with the first key of each leaf below it.
    leaf = bolt({"a": {}, "b": {}})[3 * 4096 :]
    first, second = bytearray(leaf[-4096:]), bytearray(bolt({"c": {}, "d": {}})[-4096:])
    branch = bytearray(4096)
    struct.pack_into("<QHHI", branch, 0, 3, 0x01, 2, 0)
    for index, (key, page) in enumerate(((b"a", 4), (b"c", 5))):
        struct.pack_into("<IIQ", branch, 16 + 16 * index, 32 - 16 * index + index, 1, page)
        branch[48 + index : 49 + index] = key
    struct.pack_into("<Q", first, 0, 4)
    struct.pack_into("<Q", second, 0, 5)
    # The heads of a file whose top is page 3 of 6.
    heads = bolt({str(number): b"x" * 3500 for number in range(3)})[: 3 * 4096]
    assert read(heads + bytes(branch + first + second)) == frozenset("abcd")
