"""What is wrong with a file before it is YAML."""

from __future__ import annotations

import pytest

from modelyard.findings import Severity
from modelyard.source import Limits
from tests.source.parsers import marks, read_both


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfa: 1\na: 2\n", ["1:1 byte-order-mark", "2:1 duplicate-key"]),
        (b"a: 1\nb: x\x00y\n", ["2:5 nul-byte"]),
        (b"a: \x1b[31mx\n", ["1:4 control-character"]),
        (b"a: x\x7f\n# \x0c\n", ["1:5 control-character", "2:3 control-character"]),
        ("é: x\u0085y\n".encode(), ["1:5 control-character"]),
        ("a: x\u2028b\nc: \u2029\n".encode(), ["1:5 control-character", "2:4 control-character"]),
        ("a: x\ufffe\n".encode(), ["1:5 control-character"]),
        (b"a: 1\rb\n", ["1:5 control-character"]),
        ("😀: \u202ex\u202c\n".encode(), ["1:4 bidi-character", "1:6 bidi-character"]),
        ("# \u2066\na: \u200b1\n".encode(), ["1:3 bidi-character", "2:4 bidi-character"]),
        ("a: x\ufeff\n".encode(), ["1:5 bidi-character"]),
        ("a: x\U000e0041\n".encode(), ["1:5 bidi-character"]),
        ("a: 1\né: ".encode() + b"\xff\n", ["2:4 not-utf-8"]),
        (b"\xff\xfea\x00", ["1:1 not-utf-8"]),
        (b"a: \xed\xa0\x80\n", ["1:4 lone-surrogate"]),
        (b"a: \xe9", ["1:4 not-utf-8"]),
    ],
)
def test_bytes(data: bytes, expected: list[str]) -> None:
    reading = read_both(data)
    assert marks(reading) == expected
    assert reading.root is None
    for finding in reading.findings:
        assert (finding.message + finding.hint).isprintable()


def test_characters_are_named_and_never_repeated() -> None:
    (finding,) = read_both("a: x\u202ey\n".encode()).findings
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in finding.message
    assert "\u202e" not in finding.message


def test_an_escaped_name_does_not_reach_a_message() -> None:
    findings = read_both(b'"\\e": 1\n"\\e": 2\n').findings
    assert "duplicate-key" in [finding.rule for finding in findings]
    assert all(finding.message.isprintable() for finding in findings)


def test_size_is_bounded_exactly() -> None:
    limits = Limits(max_bytes=6)
    assert read_both(b"a: 123", limits).findings == ()
    assert marks(read_both(b"a: 1234", limits)) == ["1:1 too-large"]


def test_nodes_are_bounded_exactly() -> None:
    limits = Limits(max_nodes=5)
    assert read_both(b"a: 1\nb: 2\n", limits).findings == ()
    assert marks(read_both(b"a: 1\nb: [2]\n", limits)) == ["2:5 too-many-nodes"]


def test_aliases_count_what_they_repeat() -> None:
    limits = Limits(max_nodes=15)
    data = b"a: &a [1, 2, 3]\nb: [*a, *a]\n"
    assert marks(read_both(data, limits)) == ["2:9 too-many-aliases"]
    assert read_both(data, Limits(max_nodes=16)).findings == ()


def test_findings_are_capped_with_a_note() -> None:
    data = b"a: 1\n" * 100
    *errors, note = read_both(data).findings
    assert len(errors) == 50
    assert {finding.rule for finding in errors} == {"duplicate-key"}
    assert (note.rule, note.severity) == ("more-findings", Severity.NOTE)
    exactly = read_both(b"a: 1\n" * 51).findings
    assert [finding.rule for finding in exactly] == ["duplicate-key"] * 50
