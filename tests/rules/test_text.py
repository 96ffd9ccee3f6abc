"""What is hidden in text: characters, and words that tell a scanner to look away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.rules.text._characters import suspicious
from modelyard.rules.text._skips import disarms, skips

ROOT = Path(__file__).parents[2]
# Written in two parts, so that the gate does not find them in this file.
SKIPS = [
    ("checkov", "# checkov" + ":skip=CKV_K8S_1: reason"),
    ("checkov", "    checkov.io" + "/skip1: CKV_K8S_8=not needed"),
    ("checkov", "# bridgecrew" + ":skip=all"),
    ("trivy", "#trivy" + ":ignore:AVD-KSV-0001"),
    ("trivy", "# tfsec" + ":ignore:*"),
    ("hadolint", "# hadolint" + " ignore=DL3008,DL3009"),
    ("hadolint", "# hadolint global" + " ignore=DL3008"),
    ("gitleaks", "password: x  # gitleaks" + ":allow"),
    ("zizmor", "uses: a/b@v1  # zizmor" + ": ignore[unpinned-uses]"),
    ("kics", "# kics-scan" + " ignore-line"),
    ("kics", "# kics-scan" + " disable=0123"),
    ("semgrep", "USER root  # no" + "semgrep: last-user-is-root"),
    ("cfn-lint", "      ignore" + "_checks: [E3001]"),
    ("cfn-nag", "      rules_to" + "_suppress:"),
    ("kube-linter", "    ignore-check.kube-linter.io" + "/run-as-non-root: because"),
    ("polaris", "    polaris.fairwinds.com" + "/exempt: 'true'"),
    ("detect-secrets", "key: v  # pragma" + ": allowlist secret"),
    ("detect-secrets", "# pragma" + ": allowlist nextline secret"),
    ("docker", "# check" + "=skip=all"),
    ("docker", "# check" + "=error=true;skip=JSONArgsRecommended"),
    ("sonar", "USER root  # NO" + "SONAR"),
    ("modelyard", "# modelyard" + ":skip=root-user"),
]
ORDINARY = [
    "allowPrivilegeEscalation: false",
    "action: Ignore",
    "failurePolicy: Ignore",
    "if-no-files-found: ignore",
    "RUN pip install --root-user-action=ignore",
    "skip_requests: true",
    "# We skip: the checks below are those of the platform.",
    "EmptyOnDelete: true",
    "description: Ignores checkov's opinion; trivy said nothing.",
    "disableApiTermination: true",
]


@pytest.mark.parametrize(("tool", "line"), SKIPS)
def test_finds_a_skip(tool: str, line: str) -> None:
    before = "kind: Deployment\n" * 3
    text = f"{before}{line}\nspec: {{}}\n"
    found = list(skips(text))
    assert [one for _, one in found] == [tool]
    assert len(before) <= found[0][0] < len(before) + len(line)


@pytest.mark.parametrize(("tool", "line"), SKIPS)
def test_finds_a_skip_in_any_case_and_on_the_last_line(tool: str, line: str) -> None:
    assert [one for _, one in skips(line.upper())] == [tool]


@pytest.mark.parametrize("line", ORDINARY)
def test_says_nothing_of_ordinary_lines(line: str) -> None:
    assert list(skips(line)) == []


def test_finds_each_of_two_on_one_line() -> None:
    text = "# checkov" + ":skip=CKV_1 trivy" + ":ignore:X\nUSER root\n"
    assert [tool for _, tool in skips(text)] == ["checkov", "trivy"]


def test_our_own_files_have_none() -> None:
    files = [
        *ROOT.glob("environments/**/*.*"),
        *ROOT.glob("Dockerfiles/**/Dockerfile"),
        *ROOT.glob("models/*/*.yaml"),
    ]
    assert len(files) > 100
    for path in files:
        if path.is_file():
            assert list(skips(path.read_text("utf-8"))) == [], path


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        (".trivyignore", "trivy"),
        ("models/iris/.trivyignore.yaml", "trivy"),
        ("trivy.yaml", "trivy"),
        (".checkov.yaml", "checkov"),
        ("a/b/.checkov.yml", "checkov"),
        (".hadolint.yaml", "hadolint"),
        ("models/iris/.Hadolint.YAML", "hadolint"),
        (".gitleaks.toml", "gitleaks"),
        (".gitleaksignore", "gitleaks"),
        (".github/zizmor.yml", "zizmor"),
        (".cfnlintrc", "cfn-lint"),
        (".snyk", "snyk"),
    ],
)
def test_names_the_scanner_that_a_file_would_disarm(path: str, tool: str) -> None:
    assert disarms(path) == tool


@pytest.mark.parametrize(
    "path",
    ["models/trivy/model.yaml", ".gitignore", ".dockerignore", "docs/checkov.yaml.md", "policy/gate.yaml"],
)
def test_other_files_disarm_nothing(path: str) -> None:
    assert disarms(path) is None


def test_names_hidden_characters_with_their_offsets() -> None:
    assert list(suspicious("a\u202eb")) == [(1, "right-to-left override (U+202E)")]
    assert list(suspicious("x\u200b\u00ady")) == [
        (1, "zero-width space (U+200B)"),
        (2, "soft hyphen (U+00AD)"),
    ]
    assert list(suspicious("\x1b[31m")) == [(0, "control character (U+001B)")]
    assert list(suspicious("a\U000e0041")) == [(1, "tag character (U+E0041)")]


def test_a_byte_order_mark_may_only_begin_a_file() -> None:
    assert list(suspicious("\ufeffkind: x", first=True)) == []
    assert [at for at, _ in suspicious("\ufeffkind: x")] == [0]
    assert [at for at, _ in suspicious("\ufeffki\ufeffnd", first=True)] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "plain\ttext\r\n",
        "Café, Arten, распознаёт, アヤメ",
        "\u05e9\u200c\u05dc",
        "क्\u200dष",
        "\u2714\ufe0f ok",
        "1\ufe0f\u20e3",
    ],
)
def test_leaves_writing_as_people_write_it(text: str) -> None:
    assert list(suspicious(text)) == []


@pytest.mark.parametrize("text", ["i\u200dris", "i\ufe0fris", "\u2714\ufe0f\ufe0f", "\u200d", "ア\ufe00"])
def test_finds_what_only_looks_needed(text: str) -> None:
    assert len(list(suspicious(text))) == 1


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cf"])))
@settings(max_examples=100)
def test_latin_text_is_never_suspicious(text: str) -> None:
    assert list(suspicious(text)) == []


@given(st.text())
@settings(max_examples=100)
def test_offsets_point_at_what_is_not_plain_ascii_text(text: str) -> None:
    for at, _ in suspicious(text):
        assert text[at] not in "\t\n\r"
        assert not " " <= text[at] <= "~"


@pytest.mark.parametrize(
    "piece", ["allow: ", "ignore ", "skip=", "checkov:", "a/", "# check=a;", "\u200d", "\u05d0\u200d"]
)
def test_a_hostile_text_takes_no_longer_than_it_is_long(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    for _ in skips(text), suspicious(text):
        sum(1 for _ in _)
    assert time.perf_counter() - start < 5
