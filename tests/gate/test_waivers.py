"""Waivers: each covers one thing, for a time, and anything else about it is a finding."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.detections import Detection
from modelyard.emit import to_yaml
from modelyard.gate import waive, waivers
from modelyard.gate.run import Answer, run
from tests.gate.looking import POLICY, WAIVERS, edit, gate, of_rule, put, rules

DIGEST = "0123456789abcdef" * 4
POD = """apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
    - {{name: c, image: "registry.example.org/other@sha256:{digest}"}}
"""
FILE = "deploy/pod.yaml"
FIELDS = {
    "tool": "modelyard",
    "file": FILE,
    "owner": "risk-ml",
    "reason": "It has never found anything anyway.",
    "expires": "2026-12-01",
    "ticket": "SEC-1",
}


@pytest.fixture
def pod(repo: Path) -> Path:
    """A repository with one file in which several things are wrong."""
    put(repo, FILE, POD.format(digest=DIGEST))
    return repo


def one_of(answer: Answer, rule: str | None = None) -> Detection:
    """A detection that blocks, of this rule or of any."""
    return next(one for one in answer.blocking() if rule in (None, one.rule) and one.location.path == FILE)


def entry(one: Detection, **other: str) -> dict[str, str]:
    """A waiver of it that is right, but for these fields."""
    good = waive.entry(
        one, "risk-ml", "Nothing listens there in the tests.", "SEC-1", datetime.date(2026, 12, 1)
    )
    return {name: value for name, value in {**good, **other}.items() if value}


def write(root: Path, *waivers: Mapping[str, str]) -> None:
    head = {"apiVersion": "modelyard.dev/v1", "kind": "Waivers", "waivers": list(waivers)}
    put(root, WAIVERS, to_yaml((head,)))


def problems(answer: Answer) -> set[str]:
    return {one.rule for one in answer.detections if one.location.path == WAIVERS}


def test_a_waiver_covers_exactly_one_thing(pod: Path) -> None:
    before = gate(pod)
    one = one_of(before)
    write(pod, entry(one))
    after = gate(pod)
    assert problems(after) == set()
    assert {x.fingerprint for x in before.blocking()} - {x.fingerprint for x in after.blocking()} == {
        one.fingerprint
    }
    (waived,) = [x for x in after.detections if x.waiver]
    assert (waived.fingerprint, waived.waiver) == (one.fingerprint, "SEC-1")


def test_all_waived_is_a_pass(pod: Path) -> None:
    write(pod, *map(entry, gate(pod).blocking()))
    assert gate(pod).passed


def test_it_holds_wherever_the_thing_moves_in_its_file(pod: Path) -> None:
    one = one_of(gate(pod))
    write(pod, entry(one))
    edit(pod / FILE, lambda text: f"# a comment\n\n{text}")
    after = gate(pod)
    assert problems(after) == set()
    assert one.fingerprint not in {x.fingerprint for x in after.blocking()}


def test_another_image_ends_it(pod: Path) -> None:
    bound = next(one for one in gate(pod).blocking() if DIGEST in one.evidence)
    write(pod, entry(bound))
    assert problems(gate(pod)) == set()
    put(pod, FILE, POD.format(digest="f" * 64))
    after = gate(pod)
    assert bound.rule in {one.rule for one in after.blocking() if one.location.path == FILE}
    assert problems(after) == {"waiver-unused"}


def test_another_file_or_resource_is_not_covered(pod: Path) -> None:
    one = one_of(gate(pod))
    write(pod, entry(one))
    put(pod, "deploy/copy.yaml", POD.format(digest=DIGEST))
    edit(pod / FILE, lambda text: text.replace("name: p", "name: q"))
    found = rules(gate(pod))
    assert {("deploy/copy.yaml", one.rule), (FILE, one.rule)} <= found


@pytest.mark.parametrize(
    ("day", "helps"), [("2026-11-30", True), ("2026-12-01", True), ("2026-12-02", False)]
)
def test_its_last_day_is_the_last_on_which_it_helps(pod: Path, day: str, helps: bool) -> None:
    one = one_of(gate(pod))
    write(pod, entry(one))
    after = gate(pod, now=f"{day}T23:59:59Z")
    assert (one.fingerprint not in {x.fingerprint for x in after.blocking()}) == helps
    assert problems(after) == (set() if helps else {"waiver-expired"})


def test_the_day_is_that_of_utc(pod: Path) -> None:
    write(pod, entry(one_of(gate(pod))))
    assert problems(gate(pod, now="2026-12-02T01:00:00+02:00")) == set()
    assert problems(gate(pod, now="2026-12-01T23:00:00-02:00")) == {"waiver-expired"}


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"expires": "2027-02-21"}, "waiver-too-long"),
        ({"expires": "2026-11-31"}, "waiver-expired"),
        ({"expires": "2026-11-21"}, "waiver-expired"),
        ({"rule": "root-user"}, "waiver-mismatch"),
        ({"file": "deploy/other.yaml"}, "waiver-mismatch"),
        ({"resource": "Pod/other"}, "waiver-mismatch"),
        ({"evidence": "another"}, "waiver-mismatch"),
        ({"tool": "checkov"}, "waiver-mismatch"),
        ({"fingerprint": "0" * 16}, "waiver-mismatch"),
        ({"owner": "nobody-we-know"}, "waiver-without-owner"),
    ],
)
def test_a_waiver_that_is_not_right_is_reported_and_covers_nothing(
    pod: Path, other: dict[str, str], rule: str
) -> None:
    before = gate(pod)
    write(pod, entry(one_of(before), **other))
    after = gate(pod)
    assert problems(after) == {rule}
    assert {x.fingerprint for x in before.blocking()} < {x.fingerprint for x in after.blocking()}
    assert of_rule(after, rule)[0].location.line > 3


def test_the_longest_that_the_policy_allows(pod: Path) -> None:
    write(pod, entry(one_of(gate(pod)), expires="2027-02-20"))
    assert problems(gate(pod)) == set()
    edit(pod / POLICY, lambda text: f"{text}maxWaiverDays: 10\n")
    assert problems(gate(pod)) == {"waiver-too-long"}


def test_two_for_one_thing(pod: Path) -> None:
    one = one_of(gate(pod))
    write(pod, entry(one), entry(one, ticket="SEC-2"))
    after = gate(pod)
    assert problems(after) == {"waiver-duplicate"}
    assert [x.waiver for x in after.detections if x.waiver] == ["SEC-1"]


def test_one_that_covers_nothing_is_said_of_a_whole_run_alone(pod: Path) -> None:
    write(pod, entry(one_of(gate(pod))))
    put(pod, FILE, "a: b\n")
    assert problems(gate(pod)) == {"waiver-unused"}
    for narrowed in (["--model", "echo"], ["--env", "dev"], [str(pod / "models")]):
        assert problems(gate(pod, *narrowed)) == set()


def test_one_for_a_scanner_that_was_not_asked_is_not_unused(pod: Path) -> None:
    one = Detection("CKV_1", "checkov", one_of(gate(pod)).level, one_of(gate(pod)).location, "x")
    write(pod, entry(one))
    assert problems(gate(pod)) == set()


def test_one_for_an_image_is_not_unused_where_no_image_was_asked_for(pod: Path) -> None:
    from modelyard.findings import Location

    one = Detection("CVE-2026-1", "trivy", one_of(gate(pod)).level, Location("image:registry/app"), "x")
    write(pod, entry(one))
    assert problems(gate(pod)) == set()


def test_without_known_teams_any_owner_will_do(pod: Path) -> None:
    (pod / ".github/CODEOWNERS").unlink()
    write(pod, entry(one_of(gate(pod)), owner="anybody"))
    assert problems(gate(pod)) == set()


@pytest.mark.parametrize(
    "rule",
    [
        "scanner-missing",
        "scanner-coverage",
        "unreadable-file",
        "unreadable-document",
        "malformed-document",
        "waiver-expired",
        "policy-excludes-too-much",
        "cache-in-repository",
        "yaml-syntax",
        "no-such-rule",
    ],
)
def test_what_was_not_looked_at_cannot_be_waived(pod: Path, rule: str) -> None:
    write(pod, entry(one_of(gate(pod)), rule=rule))
    assert problems(gate(pod)) == {"waiver-of-a-failure", "waiver-mismatch"}


@pytest.mark.parametrize(
    "content",
    [
        "kind: [\n",
        "a: 1\na: 2\n",
        "\x00",
        "- &a [*a]\n",
        "kind: Pod\napiVersion: v1\nspec: {containers: x}\n",
    ],
)
def test_a_file_that_nobody_could_understand_cannot_be_waived(pod: Path, content: str) -> None:
    """However right the waiver is: what comes to stand in such a file would never be looked at."""
    put(pod, FILE, content)
    found = [one for one in gate(pod).blocking() if one.location.path == FILE]
    unread = [one for one in found if not waivers.is_waivable(one.tool, one.rule)]
    assert unread
    for one in unread:
        fields = {**FIELDS, "fingerprint": one.fingerprint, "rule": one.rule, "evidence": one.evidence[:512]}
        write(pod, {**fields, "resource": one.resource} if one.resource else fields)
        assert one.fingerprint in {after.fingerprint for after in gate(pod).blocking()}


@pytest.mark.parametrize(
    "rule", ["root-user", "pss-privileged", "inline-skip", "scanner-configuration", "secret-in-file"]
)
def test_what_a_rule_says_can_be_waived(rule: str) -> None:
    assert waivers.is_waivable("modelyard", rule)
    assert waivers.is_waivable("checkov", "CKV_K8S_1")
    assert not waivers.is_waivable("checkov", "scanner-crashed")


def test_a_failing_scanner_cannot_be_waived(
    pod: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The real thing: hadolint that prints garbage; its failure, waived by hand, blocks as before."""
    from modelyard.cli import scan
    from modelyard.scanners import install

    put(pod, "Dockerfile", "FROM scratch\n")
    fake = put(tmp_path, "bin/hadolint", "#!/bin/sh\nkill -9 $$\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr(install, "checkout", lambda: None)

    def answer() -> Answer:
        parser = argparse.ArgumentParser()
        scan.add_arguments(parser)
        words = ["--root", str(pod), "--now", "2026-11-22", "--jobs", "1", "--scanner", "hadolint"]
        return run(scan.order_of(parser.parse_args(words)), lambda a, b: None, lambda text: None)

    failed = next(one for one in answer().blocking() if one.rule.startswith("scanner-"))
    fields = {
        **FIELDS,
        "fingerprint": failed.fingerprint,
        "tool": failed.tool,
        "rule": failed.rule,
        "file": failed.location.path,
        "evidence": failed.evidence,
        "resource": failed.resource,
    }
    write(pod, {name: value for name, value in fields.items() if value})
    after = answer()
    assert failed.fingerprint in {one.fingerprint for one in after.blocking()}


@pytest.mark.parametrize(
    "content",
    [
        "waivers: [\n",
        "[]\n",
        "",
        "apiVersion: modelyard.dev/v1\nkind: Waivers\nwaivers: {}\n",
        "apiVersion: modelyard.dev/v1\nkind: Waivers\nwaivers: [{rule: root-user}]\n",
        "apiVersion: modelyard.dev/v1\nkind: Waivers\nwaivers: []\nwaivers: []\n",
        "apiVersion: modelyard.dev/v2\nkind: Waivers\nwaivers: []\n",
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_file_blocks_and_no_waiver_of_it_helps(pod: Path, content: str | bytes) -> None:
    put(pod, WAIVERS, content)
    after = gate(pod)
    assert problems(after)
    assert not [one for one in after.detections if one.waiver]
    put(pod, FILE, "a: b\n")
    assert not gate(pod).passed


@pytest.mark.parametrize("field", ["rule", "file", "fingerprint"])
@pytest.mark.parametrize("wild", ["*", "deploy/*", ".*", "**", "../x"])
def test_no_field_takes_a_pattern(pod: Path, field: str, wild: str) -> None:
    one = one_of(gate(pod))
    write(pod, entry(one, **{field: wild}))
    after = gate(pod)
    assert problems(after)
    assert one.fingerprint in {x.fingerprint for x in after.blocking()}
