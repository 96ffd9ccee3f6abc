"""Requirements files, line by line, as pip would read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.load.requirements import check_requirements

H = "--hash=sha256:" + "0123456789abcdef" * 4

GOOD = [
    "",
    "# nothing\n\n   # at all\n",
    f"numpy==2.1.0 {H}\n",
    f"numpy==2.1.0 {H}",
    f"numpy==2.1.0 {H} {H}  # via -r requirements.in\n",
    f"numpy==2.1.0 \\\n    {H} \\\n    {H}\n# via\n#   pandas\npandas==2.2.3 \\\n    {H}\n",
    f"numpy==2.1.0 \\\r\n    {H}\r\n",
    f"pandas[performance, excel]==2.2.3 {H}\n",
    f"torch==2.5.1+cu121 {H}\n",
    f"x == 1!2.0.post1 ; python_version >= '3.11' and platform_system != \"Windows\" {H}\n",
    f"tomli==2.0.1;python_version<'3.11' {H}\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_pinned_and_hashed_is_fine(text: str) -> None:
    assert list(check_requirements("models/x/requirements.lock", text.encode())) == []


BAD = [
    ("numpy", "unpinned-requirement"),
    (f"numpy {H}", "unpinned-requirement"),
    (f"numpy>=2 {H}", "unpinned-requirement"),
    (f"numpy~=2.0 {H}", "unpinned-requirement"),
    (f"numpy===2.0 {H}", "unpinned-requirement"),
    (f"numpy==2.* {H}", "unpinned-requirement"),
    (f"numpy==2.0,<3 {H}", "unpinned-requirement"),
    (f"numpy @ https://example.com/numpy.whl {H}", "unpinned-requirement"),
    (f"https://example.com/numpy.whl {H}", "unpinned-requirement"),
    (f"git+https://example.com/numpy@main {H}", "unpinned-requirement"),
    (f"./numpy {H}", "unpinned-requirement"),
    (f"${{NAME}}==1.0 {H}", "unpinned-requirement"),
    (H, "unpinned-requirement"),
    ("numpy==2.1.0", "unhashed-requirement"),
    (f"numpy==2.1.0 # {H}", "unhashed-requirement"),
    (f"numpy==2.1.0{H}", "unpinned-requirement"),
    (f"numpy==2.1.0 {H}0", "unhashed-requirement"),
    (f"numpy==2.1.0 {H[:-1]}", "unhashed-requirement"),
    (f"numpy==2.1.0 {H.replace('sha256', 'md5')}", "unhashed-requirement"),
    (f"numpy==2.1.0 {H.replace('=sha', ' sha')}", "unhashed-requirement"),
    (f"numpy==2.1.0 {H} --hash=sha256:evil", "unhashed-requirement"),
    ("-e .", "requirement-option"),
    ("-r other.txt", "requirement-option"),
    ("--index-url https://example.com", "requirement-option"),
    ("--extra-index-url=https://example.com", "requirement-option"),
    ("--find-links ./wheels", "requirement-option"),
    ("--trusted-host example.com", "requirement-option"),
    ("--pre", "requirement-option"),
    (f"numpy==2.1.0 {H} --config-settings=a=b", "requirement-option"),
    (f"numpy==2.1.0 --index-url=https://example.com {H}", "requirement-option"),
]


@pytest.mark.parametrize(("line", "rule"), BAD, ids=[line[:40] for line, _ in BAD])
def test_anything_else_is_found_at_its_line(line: str, rule: str) -> None:
    text = f"# locked\nidna==3.10 \\\n    {H}\n\n{line}\n"
    (finding,) = check_requirements("models/x/requirements.lock", text.encode())
    assert (finding.rule, finding.location.path, finding.location.line) == (
        rule,
        "models/x/requirements.lock",
        5,
    )
    assert finding.hint


def test_a_comment_or_a_blank_line_ends_a_continued_line() -> None:
    for between in ("# done", ""):
        text = f"idna==3.10 {H} \\\n{between}\n--index-url https://example.com\n"
        (finding,) = check_requirements("x", text.encode())
        assert (finding.rule, finding.location.line) == ("requirement-option", 3)


def test_an_option_cannot_hide_in_two_halves() -> None:
    (finding,) = check_requirements("x", f"idna==3.10 {H} --index-\\\nurl=https://example.com\n".encode())
    assert finding.rule == "requirement-option"


def test_what_is_not_text_is_found() -> None:
    (finding,) = check_requirements("x", b"numpy==2 \xff\xfe\n")
    assert finding.rule == "not-utf-8"


@settings(max_examples=200)
@given(text=st.text(st.sampled_from("ab=-1. #\\\n\r\t;[]@\u2028") | st.characters(), max_size=80))
def test_any_text_ends_in_findings_and_none_is_let_through_without_a_hash(text: str) -> None:
    findings = list(check_requirements("x", text.encode("utf-8", "replace")))
    if not findings:
        meant = [line.partition("#")[0].strip(" \\\t\r") for line in text.splitlines()]
        assert not any(line.strip() for line in meant), "without a hash nothing but comments is fine"


def test_a_long_file_takes_no_longer_than_its_lines() -> None:
    lines = f"numpy==2.1.0 {' '.join([H] * 50)}\n" * 200
    assert list(check_requirements("x", (lines + "x" * 200_000 + "\n").encode()))
