"""hadolint itself, over Dockerfiles."""

from __future__ import annotations

import pytest

from modelyard.detections import Level
from modelyard.scanners.api import Input
from tests.scanners.repositories import BAD_DOCKERFILE, GOOD_DOCKERFILE, given, rules, scan


def dockerfile(text: str | bytes, path: str = "x/Dockerfile") -> Input:
    return given(path, text, "dockerfile")


def test_good_and_bad() -> None:
    report = scan("hadolint", dockerfile(GOOD_DOCKERFILE, "good"), dockerfile(BAD_DOCKERFILE, "bad"))
    assert rules(report, "good") == set()
    assert {"DL3002", "DL3003", "DL3004", "DL3007"} <= rules(report, "bad")
    (sudo,) = [one for one in report.detections if one.rule == "DL3004"]
    assert (sudo.location.line, sudo.level, sudo.tool) == (2, Level.HIGH, "hadolint")
    assert {one.id for one in report.rules} == rules(report, "bad")


def test_other_files_are_not_its_business() -> None:
    assert scan("hadolint", given("a.yaml", "FROM x", "kubernetes")).ran == ()


@pytest.mark.parametrize(
    "text",
    [
        "FRO debian\n",
        "FROM debian\nRUN <<EOF\necho\n",
        "FROM debian\nRUN true \\",
        b"\xff\xfeF\0R\0O\0M\0",
        b"\0" * 100,
        "{{ .Base }}\n",
    ],
)
def test_what_it_cannot_read_to_the_end_fails(text: str | bytes) -> None:
    report = scan("hadolint", dockerfile(GOOD_DOCKERFILE, "good"), dockerfile(text))
    assert "scanner-coverage" in rules(report, "x/Dockerfile")
    assert rules(report, "good") == set()


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_an_empty_one_is_not_clean(text: str) -> None:
    report = scan("hadolint", dockerfile(text))
    assert {one.rule for one in report.detections} <= {"DL3061", "DL1000", "scanner-coverage"}


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\r\n", "  "])
def test_any_end_of_file(end: str) -> None:
    assert scan("hadolint", dockerfile(GOOD_DOCKERFILE.rstrip() + end)).detections == ()
    bad = scan("hadolint", dockerfile(GOOD_DOCKERFILE.rstrip() + "\nRUN sudo true" + end))
    assert ("DL3004", 4) in {(one.rule, one.location.line) for one in bad.detections}


def test_the_planted_line_is_not_reported_and_a_real_one_is() -> None:
    report = scan("hadolint", dockerfile("FROM debian@sha256:" + "0" * 64 + "\nMAINTAINER me\nUSER 1000\n"))
    assert [(one.rule, one.location.line) for one in report.detections] == [("DL4000", 2)]


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\r\r\n", "\n\r"])
def test_what_others_take_for_the_end_of_a_line_hides_nothing(end: str) -> None:
    """The planted line is told from the file's own by its number."""
    text = GOOD_DOCKERFILE + f"# a{end}" * 20 + "\nMAINTAINER me\nRUN sudo true\n"
    report = scan("hadolint", dockerfile(text))
    assert {"DL4000", "DL3004"} <= rules(report, "x/Dockerfile") or "scanner-coverage" in rules(
        report, "x/Dockerfile"
    )


@pytest.mark.parametrize(
    "comment",
    [
        "# hadolint ignore=DL3004,DL3003,DL3002,DL3007",
        "# hadolint global ignore=DL3004,DL3003,DL3002,DL3007",
        "# hadolint shell=powershell",
    ],
)
def test_comments_change_nothing(comment: str) -> None:
    quiet = f"{comment}\n" + BAD_DOCKERFILE.replace("\n", f"\n{comment}\n")
    assert {"DL3002", "DL3004", "DL3007"} <= rules(scan("hadolint", dockerfile(quiet)), "x/Dockerfile")


def test_configuration_in_the_tree_changes_nothing() -> None:
    files = [
        given(path, "ignored: [DL3002, DL3003, DL3004, DL3007]\n", "dockerfile")
        for path in (".hadolint.yaml", "x/.hadolint.yaml", "x/.hadolint.yml")
    ]
    assert {"DL3002", "DL3004"} <= rules(scan("hadolint", dockerfile(BAD_DOCKERFILE), *files), "x/Dockerfile")


def test_names_of_all_kinds() -> None:
    paths = ["ä b/Dockerfile", "-c/Dockerfile", "$(x)/Dockerfile", "*.Dockerfile", "new\nline/Dockerfile"]
    report = scan("hadolint", *(dockerfile(BAD_DOCKERFILE, path) for path in paths))
    assert all("DL3004" in rules(report, path) for path in paths)
    assert "modelyard" not in {one.tool for one in report.detections}
