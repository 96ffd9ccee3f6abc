"""What holds for every value type: any text is parsed or refused, and has one spelling."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modelyard import values
from modelyard.values import MalformedError

TYPES: list[Any] = [getattr(values, name) for name in values.__all__ if name != "MalformedError"]
# Pieces that the grammars are made of, so that the search meets texts that are nearly right.
PIECES = st.sampled_from(
    [
        "s3://",
        "arn:aws:",
        ":",
        "/",
        "//",
        "..",
        ".",
        "-",
        "*",
        "/",
        ",",
        " ",
        "@sha256:" + "0" * 64,
        "host.io",
        "a",
        "A",
        "1",
        "59",
        "0",
        "7",
        "31",
        "Gi",
        "Mi",
        "m",
        "k",
        "s",
        "h",
        "d",
        "\n",
        "\x00",
        "é",
        chr(0x0661),
        chr(0xFF11),
        "\u2028",
        "🙂",
        "%",
        "$",
        "'",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
@example(text="")
@example(text="a" * 4096)
@example(text="/" + "a/" * 2048)
@example(text="9" * 5000)
@example(text="1" * 5000 + "Gi")
@example(text="*/" * 3000)
def test_any_text_is_parsed_or_refused(kind: Any, text: str) -> None:
    try:
        value = kind.parse(text)
    except MalformedError as refusal:
        error = refusal
    else:
        check_spelling(kind, text, value)
        return
    assert error.message
    assert error.hint
    assert len(error.message) < 700


def check_spelling(kind: Any, text: str, value: Any) -> None:
    """The value has one spelling, and an editor with the schema takes what the parser takes."""
    spelt = str(value)
    assert kind.parse(spelt) == value
    assert str(kind.parse(spelt)) == spelt
    assert re.search(kind.schema.get("pattern", ""), text) is not None
    assert len(text) <= kind.schema.get("maxLength", len(text))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("blank", ["", " ", "\n", "\t", "\u00a0", ":"])
def test_blank_is_no_value(kind: Any, blank: str) -> None:
    with pytest.raises(MalformedError):
        kind.parse(blank)


GOOD = [
    (values.Cpu, "500m"),
    (values.Memory, "4Gi"),
    (values.Duration, "90s"),
    (values.Cron, "30 2 * * *"),
    (values.S3Uri, "s3://acme/model.bin"),
    (values.Arn, "arn:aws:iam::111122223333:role/x"),
    (values.ImageReference, "ghcr.io/acme/x@sha256:" + "0" * 64),
    (values.RelativePath, "src/a.py"),
    (values.ContainerPath, "/opt/ml"),
]


@pytest.mark.parametrize(("kind", "text"), GOOD, ids=lambda item: getattr(item, "__name__", ""))
@pytest.mark.parametrize("tail", ["\n", "\r", "\0", " ", "\u2028", "\ufeff", "\u200b"])
def test_nothing_invisible_is_let_in(kind: Any, text: str, tail: str) -> None:
    assert kind.parse(text)
    with pytest.raises(MalformedError):
        kind.parse(text + tail)
    with pytest.raises(MalformedError):
        kind.parse(tail + text)


@pytest.mark.parametrize(("kind", "text"), GOOD, ids=lambda item: getattr(item, "__name__", ""))
def test_digits_of_other_scripts_are_no_digits(kind: Any, text: str) -> None:
    arabic = re.sub(r"\d", lambda match: chr(0x0660 + int(match[0])), text)
    if arabic != text:
        with pytest.raises(MalformedError):
            kind.parse(arabic)
