"""Properties over generated documents: what is written is read back, and nothing breaks the reader."""

from __future__ import annotations

import json
import math

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.source import Limits, read
from modelyard.source.events import PurePythonParser, fastest_parser
from modelyard.source.reading import understand
from modelyard.source.text import forbidden_value
from tests.source.parsers import outline, path, read_both

limits = Limits(max_findings=1000)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(
    lambda text: not forbidden_value.search(text)
)
numbers = st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
pieces = st.sampled_from(
    [
        *"[]{},:?-&*!|>'\"#%@`~<\n ",
        "a",
        "a: ",
        "- ",
        "\n  ",
        "&a ",
        "*a",
        "!!str ",
        "---\n",
        "...\n",
        "é",
        "\\",
    ]
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_json_is_read_back(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    root = read_both(text.encode(), limits).root
    assert root is not None
    assert json.dumps(root.plain()) == json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(st.recursive(texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=10))
def test_what_pyyaml_quotes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True)
    # PyYAML tags what is not a string; these values are strings, lists and mappings only.
    root = read_both(text.encode(), limits).root
    assert root is not None
    assert root.plain() == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(forbidden_value.search))
def test_forbidden_characters_are_refused_even_escaped(text: str) -> None:
    assert read_both(json.dumps({"a": text}, ensure_ascii=False).encode(), limits).root is None
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    assert read_both(f'a: "{escaped}"'.encode(), limits).root is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.lists(pieces, max_size=30).map(lambda parts: "".join(parts).encode()))
def test_no_bytes_raise(data: bytes) -> None:
    reading = read(path, data)
    assert (reading.root is None) == bool(reading.findings)
    assert list(reading.findings) == sorted(reading.findings, key=lambda finding: finding.sort_key())


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=12).map("".join))
def test_both_parsers_take_the_same_documents(text: str) -> None:
    if "|#" in text or ">#" in text or "|-#" in text or ">-#" in text:
        return  # libyaml takes a comment that touches a block header, PyYAML does not
    fast = understand(path, text.encode(), limits, fastest_parser)
    pure = understand(path, text.encode(), limits, PurePythonParser)
    assert outline(fast.root) == outline(pure.root)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[-+]?[0-9.eExo_:]{1,30}", fullmatch=True))
def test_plain_numbers_are_finite_or_strings_or_refused(text: str) -> None:
    root = read_both(f"a: {text}\n".encode()).root
    if root is not None:
        value = root.plain()
        if isinstance(value, dict) and isinstance(value["a"], int | float):
            assert math.isfinite(value["a"])
            assert not text.lstrip("+-").startswith("00")
