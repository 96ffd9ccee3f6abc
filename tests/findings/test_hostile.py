"""Whatever a file or a finding holds, a report shows it and is not changed by it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.findings import Finding, Location, Severity
from modelyard.findings.excerpt import cells, excerpt
from modelyard.findings.report import Format, render
from modelyard.findings.sources import Sources
from modelyard.findings.visible import clip, is_plain, pieces, visible

# Every code point, surrogates too, with those that do harm made likely.
NASTY = st.sampled_from(
    [
        "\x1b[31m",
        "\n",
        "\r",
        "\t",
        "\x00",
        "\x9b",
        "\u202e",
        "\u200b",
        "\u00ad",
        "##[",
        "#",
        "[",
        "::",
        "%",
        ",",
    ]
)
WIDE = st.sampled_from(["日本", "🦀", "e\u0301", "\u3164", "\ufe0f", "\U000e0041", "\U000e0101", " ", "word"])
TEXT = st.lists(st.one_of(NASTY, WIDE, st.characters(exclude_categories=())), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ~!", "plain ~!"),
        ("café 日本語 🦀", "café 日本語 🦀"),
        ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
        ("\x1b[31mred\x7f", "\\x1b[31mred\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("admin\u202e\u2066", "admin\\u202e\\u2066"),
        ("zero\u200bwidth\ufeff\u2060", "zero\\u200bwidth\\ufeff\\u2060"),
        ("key:\u00a0value\u3000", "key:\\xa0value\\u3000"),
        ("line\u2028line\u0085", "line\\u2028line\\x85"),
        ("\u115f\u3164\uffa0\ufe0f", "\\u115f\\u3164\\uffa0\\ufe0f"),
        ("\U000e0041\U000e0101", "\\U000e0041\\U000e0101"),
        (b"\xff\x1b".decode("utf-8", "surrogateescape"), "\\xff\\x1b"),
        ("\ud800", "\\ud800"),
        ("###[error]x ##[", "##\\x23[error]x #\\x23["),
        ("##", "##"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_visible_is_safe_and_settled(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert "##[" not in shown
    assert visible(shown) == shown
    assert "".join(pieces(text)) == shown
    assert is_plain(text) == (shown == text)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("\uff21\uff22", 4),
        ("🦀", 2),
        ("e\u0301", 1),
        ("ｱé", 2),
        ("…", 1),
        ("a\u20dd", 1),
    ],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_clip() -> None:
    assert clip("12345", 5) == "12345"
    assert clip("123456", 5) == "1234…"


def _render(findings: list[Finding], fmt: Format, source: str = "", width: int = 80) -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "model.yaml").write_bytes(source.encode("utf-8", "surrogatepass"))
        sources = Sources(Path(folder))
        return render(findings, fmt, sources=sources, colour=False, width=width, tool_version="1")


@given(
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from(["model.yaml", "none.yaml"]) | TEXT,
    TEXT,
    st.sampled_from([40, 80, 200]),
)
@settings(max_examples=150, deadline=None)
def test_text_report_stays_one(
    rule: str, message: str, hint: str, path: str, source: str, width: int
) -> None:
    findings = [Finding(rule, Location(path, 1, 3, 2), message, hint)]
    out = _render(findings, "text", source, width)
    lines = out.split("\n")
    assert lines.pop() == ""
    assert all(line.isprintable() for line in lines)
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in lines)
    # One heading: whatever follows it is indented, and belongs to the excerpt or to the hint.
    assert not lines[0].startswith(" ") or path.startswith(" ")
    assert all(re.match(r"  1 \||    [|= ]", line) for line in lines[1:])
    for line in lines[1:]:
        if line.startswith(("  1 |", "    |")):
            assert cells(line) <= width


@given(TEXT, st.integers(1, 30), st.integers(1, 10), st.sampled_from([8, 12, 34, 74, 194]))
@settings(max_examples=400, deadline=None)
def test_carets_stand_below_what_is_meant(line: str, column: int, length: int, room: int) -> None:
    shown, before, marked = excerpt(line, column, length, room)
    assert cells(shown) <= room
    assert before + marked <= room
    meant = "".join(pieces(line)[column - 1 : column - 1 + length])
    rests = _from_cell(shown, before)
    assert rests
    if cells(meant) == marked:
        assert any(rest.startswith(meant) for rest in rests)
    elif cells(meant):  # the mark itself was cut, and the ellipsis stands behind its last character
        assert cells(meant) > marked
        assert any(meant.startswith(rest[:-1]) for rest in rests if rest.endswith("…"))
    else:
        assert marked == 1


def _from_cell(text: str, cell: int) -> list[str]:
    """The ends of ``text`` that begin in a cell: several, where marks without width stand there."""
    return [text[index:] for index in range(len(text) + 1) if cells(text[:index]) == cell]


def test_huge_texts_are_cut() -> None:
    finding = Finding("rule", Location("model.yaml", 1, 500_000, 300_000), "m" * 10_000_000, "h " * 5_000_000)
    out = _render([finding], "text", "x" * 1_000_000)
    assert len(out) < 10_000
    assert "…x" in out


def test_severity_words() -> None:
    findings = [Finding("r", Location("a", 1, n + 1), "m", severity=one) for n, one in enumerate(Severity)]
    assert [line.split(": ")[1] for line in _render(findings, "text").splitlines()] == [
        "error[r]",
        "warning[r]",
        "note[r]",
    ]
