"""The YAML emitter against parsers that are not ours, YAML 1.1 and 1.2."""

from __future__ import annotations

import collections
import enum
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from modelyard.emit import to_yaml
from modelyard.emit.scalars import KNOWN

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir())

# Fragments that mean something to some YAML reader, to be glued together in every order.
# fmt: off
fragments = st.sampled_from([
    ": ", ":", " #", "#", "- ", "-", "---", "...", "? ", "!", "!!str ", "&a", "*a", "%", "@", "`", "|",
    ">", "'", '"', "\\", "{", "}", "[", "]", ",", "<<", "=", "~", "null", "yes", "No", "ON", "n",
    "true", ".inf", ".nan", "0", "7", "0x", "0o", "0b", "_", ".", "e", "E+", "+", "2024-01-01", "T",
    "Z", "12:30", "0123", "a", "Gi", "$",
    " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "\x00", "\x1b", "\x7f", "\x85", "\xa0", "\u2028", "\u2029",
    "\ufeff", "\u200b", "\u202e", "\u2066", "\ufffe", "\uffff", "\ue000", "é", "日本", "😀", "\U000e0041",
])
# fmt: on
numberish = st.text("0123456789abfxobtzTZ_.:+-eE ,", max_size=12)
blocks = st.lists(st.text("ab #:-\t", max_size=5), max_size=6).map("\n".join)
texts = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.lists(fragments, max_size=6).map("".join)
    | numberish
    | blocks
)
scalars = (
    st.none()
    | st.booleans()
    | texts
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
plain_data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def read_everywhere(text: str) -> dict[str, list[Any]]:
    """The documents of ``text`` as three readers see them: libyaml and PyYAML (1.1), ruamel (1.2)."""
    ruamel = YAML(typ="safe", pure=True)
    ruamel.version = (1, 2)
    return {
        "libyaml 1.1": list(yaml.load_all(text, yaml.CSafeLoader)),
        "pyyaml 1.1": list(yaml.safe_load_all(text)),
        "ruamel 1.2": list(ruamel.load_all(text)),
    }


def assert_reads_back(documents: list[Any]) -> str:
    """``repr`` tells 1 from 1.0 and True, 0.0 from -0.0, and one order of keys from another."""
    text = to_yaml(documents)
    for reader, seen in read_everywhere(text).items():
        assert repr(seen) == repr(documents), f"{reader} reads something else in:\n{text}"
    return text


@settings(max_examples=300, deadline=None)
@given(st.lists(plain_data, min_size=1, max_size=3))
def test_every_reader_sees_the_same_data(documents: list[Any]) -> None:
    text = assert_reads_back(documents)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not any(line.endswith((" ", "\t")) for line in text.split("\n"))


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8, unique=True))
def test_a_string_stays_a_string_in_every_position(strings: list[str]) -> None:
    assert_reads_back([{text: text for text in strings}, {"list": strings, "deep": [[strings]]}, strings[0]])


@settings(max_examples=200, deadline=None)
@given(texts)
def test_nothing_invisible_reaches_the_file(text: str) -> None:
    written = to_yaml([text])
    assert written.isascii() or not set(written) & set("\x85\xa0\u2028\u2029\u202e\u2066\u200b\ufeff\ue000")
    assert all(character >= " " or character == "\n" for character in written)


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    documents = json.loads((GOLDEN / case / "documents.json").read_text(encoding="utf-8"))
    expected = (GOLDEN / case / "expected.yaml").read_text(encoding="utf-8")
    assert to_yaml(documents) == expected
    assert_reads_back(documents)


def test_the_golden_strings_are_plain_only_where_they_are_surely_strings() -> None:
    data = json.loads((GOLDEN / "spellings" / "documents.json").read_text(encoding="utf-8"))[0]
    for text in data["plain"]:
        assert to_yaml([text]) == text + "\n"
    for text in data["quoted"] + data["escaped"]:
        assert to_yaml([text]).startswith('"'), text


@pytest.mark.parametrize("value", [1e20, 1e-7, 1.5e300, 5e-324, 1.0, -0.0, 0.1, 123456789.123, 1e16])
def test_floats_are_floats_for_every_reader(value: float) -> None:
    assert_reads_back([value, [value], {"key": value}])


class Mode(enum.StrEnum):
    NO = "no"
    PLAIN = "awsvpc"


class Old(str, enum.Enum):  # noqa: UP042 - the older spelling prints as ``Old.A`` and must not do so here
    A = "a\nb"


class Size(enum.IntEnum):
    LARGE = 3


def test_enums_come_out_as_their_values() -> None:
    data = {Mode.NO: Mode.NO, Mode.PLAIN: [Mode.PLAIN, Size.LARGE], "old": Old.A}
    assert to_yaml([data]) == '"no": "no"\nawsvpc:\n- awsvpc\n- 3\nold: |-\n  a\n  b\n'
    assert to_yaml([Mode.NO, Size.LARGE]) == '"no"\n---\n3\n'


@pytest.mark.parametrize(
    ("value", "error", "place"),
    [
        ({"a": [{"b": {1}}]}, TypeError, r"\$\[0\]\.a\[0\]\.b: set is not plain data"),
        ({"a": (1, 2)}, TypeError, r"\$\[0\]\.a: tuple is not plain data"),
        ({"a": collections.OrderedDict(b=1)}, TypeError, r"\$\[0\]\.a: OrderedDict is not plain data"),
        ({"a": b"x"}, TypeError, r"\$\[0\]\.a: bytes is not plain data"),
        ({"a": {1: 2}}, TypeError, r"\$\[0\]\.a: the key 1 is not a string"),
        ({"a": {None: 2}}, TypeError, r"\$\[0\]\.a: the key None is not a string"),
        ({"a": {True: 2}}, TypeError, r"\$\[0\]\.a: the key True is not a string"),
        ({"a": [math.nan]}, ValueError, r"\$\[0\]\.a\[0\]: nan has no place"),
        ({"a": -math.inf}, ValueError, r"\$\[0\]\.a: -inf has no place"),
        ({"a": 2**64}, ValueError, r"\$\[0\]\.a: the integer does not fit"),
        ({"a": "x\ud800"}, ValueError, r"\$\[0\]\.a: a lone surrogate at character 1"),
        ({"a": "x\nx\ud800"}, ValueError, r"\$\[0\]\.a: a lone surrogate at character 3"),
        ({"\udfff": 1}, ValueError, r"\$\[0\]: the key '\\udfff': a lone surrogate at character 0"),
        ({"k" * 1025: 1}, ValueError, "the key k+... is longer than 1024 characters"),
    ],
)
def test_refused(value: Any, error: type[Exception], place: str) -> None:
    with pytest.raises(error, match=place):
        to_yaml([value])


def test_the_longest_key_is_read_back() -> None:
    assert_reads_back([{"k" * 1024: 1, '"' * 511: [2]}])


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
def test_depth_is_bounded(wrap: Any) -> None:
    data: Any = 1
    for _ in range(100):
        data = wrap(data)
    assert_reads_back([data])
    with pytest.raises(ValueError, match="deeper than 100 levels"):
        to_yaml([wrap(data)])


def test_a_cycle_is_refused() -> None:
    data: dict[str, Any] = {}
    data["self"] = [data]
    with pytest.raises(ValueError, match="deeper than 100 levels"):
        to_yaml([data])


def test_no_documents_are_no_text() -> None:
    assert to_yaml([]) == ""


def test_what_is_remembered_is_bounded_and_changes_no_byte() -> None:
    documents = [{f"key-{number}": f"value {number}" for number in range(10_000)}, {"long": "x" * 1_000}]
    KNOWN.clear()
    cold = to_yaml(documents)
    assert len(KNOWN) <= 4096
    assert max(map(len, KNOWN)) <= 64
    assert to_yaml(documents) == cold


def test_bytes_do_not_depend_on_hash_seed_locale_or_zone() -> None:
    program = (
        "import json, sys; from modelyard.emit import to_yaml;"
        "sys.stdout.buffer.write(to_yaml(json.load(open(sys.argv[1], encoding='utf-8'))).encode())"
    )
    tools = Path(__file__).parents[2] / "tools"
    source = str(GOLDEN / "spellings" / "documents.json")
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, source],
            env={
                **os.environ,
                "PYTHONPATH": str(tools),
                "PYTHONHASHSEED": seed,
                "LC_ALL": locale,
                "TZ": zone,
            },
            check=True,
            capture_output=True,
        ).stdout
        for seed, locale, zone in (("1", "C", "UTC"), ("2", "tr_TR.UTF-8", "Asia/Kolkata"))
    }
    assert seen == {(GOLDEN / "spellings" / "expected.yaml").read_bytes()}
