"""Our parser of Dockerfiles against BuildKit's own, on texts made of what is hard in them."""

from __future__ import annotations

import re
from typing import Any

import dockerfile  # type: ignore[import-not-found]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modelyard.subjects.dockerfile_lines import Line, keywords, parse
from modelyard.subjects.dockerfile_words import pairs

# As BuildKit splits the arguments of these, and we leave them in one piece.
SPLIT = {"EXPOSE", "FROM", "ADD", "COPY", "VOLUME", "ENV", "LABEL", "ARG"}

words = st.sampled_from(
    [
        *("a", "b=c", 'x="y z"', "'q r'", "$A", "${B:-c}", "\\ ", "\\", "`", "[", '["a"', '["a", "b"]', "[]"),
        *("--f=x", "--f", "--", '--m="a b"', "<<E", "<<-E", "<<'E'", "3<<E", "x<<E", "#", "# c", "&&", "CMD"),
        *("NONE", "é", '"', "{", "RUN", "AS", "<<", "<<E<<F", '["a", 1]', "\\\\"),
    ]
)
blank = st.sampled_from([" ", "  ", "\t", " \t"])
keyword = st.sampled_from([*sorted(keywords), "run", "From", "ENV", "RUN", "COPY"])
content = st.lists(st.tuples(words, blank), max_size=5).map(lambda parts: "".join(a + b for a, b in parts))
instruction = st.tuples(st.sampled_from(["", " ", "\t"]), keyword, blank, content).map("".join)
row = st.one_of(
    instruction,
    instruction,
    content,
    # Not `# check=`: the oracle is older than that directive, and takes it for the end of directives.
    st.sampled_from(["", " ", "# c", "  # c \\", "E", "\tE", "# escape=`", "#escape = \\", "#syntax=x"]),
)
ending = st.sampled_from(["\n", "\n", " \\\n", "\\\n", "\\ \t\n", "\r\n", "`\n", "\\\\\n", "\\\r\n"])
texts = st.lists(st.tuples(row, ending), min_size=1, max_size=8).map(
    lambda rows: "".join(a + b for a, b in rows)
)


def theirs(text: str) -> list[Any] | None:
    """What BuildKit reads; None where it refuses the whole file."""
    try:
        return list(dockerfile.parse_string(text))
    except dockerfile.GoParseError:
        return None


def flags(line: Line) -> tuple[str, ...]:
    return tuple(f"--{name}={value}" for name, value in line.flags)


def same(line: Line, one: Any) -> None:
    """Whether both understand one instruction in the same way."""
    assert (line.keyword, line.line) == (one.cmd.upper(), one.start_line)
    assert flags(line) == tuple(f if "=" in f else f + "=" for f in one.flags)
    assert line.heredocs == tuple(heredoc.content for heredoc in one.heredocs) or line.keyword == "ONBUILD"
    if line.keyword in ("ONBUILD", "HEALTHCHECK") or line.keyword not in keywords:
        return
    if line.keyword in ("CMD", "ENTRYPOINT", "RUN", "SHELL", "COPY", "ADD", "VOLUME"):
        assert (line.exec_form is not None) is one.json
    if one.json:
        assert line.exec_form == tuple(one.value)
    elif line.keyword not in SPLIT:
        assert line.arguments == " ".join(one.value)
    elif line.keyword not in ("ENV", "LABEL", "ARG"):
        assert re.split(r"[ \t\v\f\r]+", line.arguments) == list(one.value) or not one.value


# The same texts in every run: a text that both read differently is found by whoever raises the number, and
# not by somebody whose change has nothing to do with it.
@settings(max_examples=800, deadline=None, derandomize=True)
@given(texts)
@example("RUN <<A cat <<-'B C' && x\nq\nA\n\t1\n\tB C\nUSER d\n")
@example("#escape=`\n\nRUN x `\n  # c\n\n y\n")
@example("RUN a \\\n\\\nb\nRUN c\\\\\nUSER x\n")
@example("# syntax=a\n# syntax=b\nFROM x\n")
@example("ONBUILD  \\\nADD\t<<E \n")
@example('HEALTHCHECK a ["a", 1]\n')
@example('HEALTHCHECK NONE ["a", 1]\n')
@example("\ufeffFROM a\n".removeprefix("\ufeff"))
def test_reads_as_buildkit(text: str) -> None:
    oracle = theirs(text)
    parsed = parse(text)
    if oracle is None:
        assert parsed.problems or not parsed.lines
        return
    oracle = [one for one in oracle if one.cmd]
    assert len(parsed.lines) == len(oracle)
    for line, one in zip(parsed.lines, oracle, strict=True):
        same(line, one)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(["ENV", "LABEL"]), content)
def test_pairs_as_buildkit(keyword: str, arguments: str) -> None:
    text = f"{keyword} {arguments}".rstrip("\\ \t") + "\n"
    oracle = theirs(text)
    line = parse(text).lines[0]
    if oracle is None:
        return
    values = list(oracle[0].value)
    expected = [(values[at], values[at + 1]) for at in range(0, len(values) - 1, 2)]
    found = [(name, value) for name, value in pairs(line.arguments) if value is not None]
    assert [value for _, value in found] == [value for _, value in expected]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM a\nRUN <<E\nx\n", 2),
        ("FROM a\nFOO x\n", 2),
        ("FROM a\nUSER\n", 2),
        ("# escape=x\nFROM a\n", 1),
        ("# escape=`\n# escape=`\nFROM a\n", 2),
    ],
)
def test_what_is_no_instruction_is_a_problem(text: str, line: int) -> None:
    assert [number for number, _ in parse(text).problems] == [line]
