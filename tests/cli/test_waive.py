"""`tools/waive` as a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import put, run
from tests.gate.looking import WAIVERS, rendered
from tests.gate.test_bad_files import PRIVILEGED

NOW = ("--now", "2026-11-22")
WORDS = (
    "--owner",
    "risk-ml",
    "--ticket",
    "SEC-1",
    "--reason",
    "Nothing listens there: it is a case.",
    "--quick",
    *NOW,
)


def blocking(root: Path, *more: str) -> list[str]:
    rows = run(root, "scan", "--quick", *(more or NOW), "--format", "json").json["detections"]
    return sorted({row["fingerprint"] for row in rows if row["state"] == "blocks"})


def test_an_id_of_a_report_is_waived_and_the_waiver_ends(tmp_path: Path) -> None:
    root = rendered(tmp_path / "a repository")
    put(root, {"deploy/pod.yaml": PRIVILEGED})
    name, *others = blocking(root)
    outcome = run(root, "waive", name, *WORDS, "--days", "10")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{WAIVERS}: ")
    assert "2026-12-02" in outcome.out
    assert blocking(root) == others
    assert run(root, "scan", "--quick", *NOW, "models").code == 0
    later = blocking(root, "--now", "2026-12-03")
    assert name in later  # an expired waiver stops helping
    assert len(later) == len(others) + 2  # and is a finding itself


def test_mistakes_are_2_and_write_nothing(tmp_path: Path) -> None:
    root = rendered(tmp_path / "a repository")
    put(root, {"deploy/pod.yaml": PRIVILEGED})
    name = blocking(root)[0]
    for arguments in (
        (name,),
        (name, *WORDS[2:]),
        ("0" * 16, *WORDS),
        (name, *WORDS, "--days", "1", "--expires", "2026-12-01"),
        (name, *WORDS, "--owner", "-x"),
        (),
    ):
        outcome = run(root, "waive", *arguments)
        assert (outcome.code, outcome.out) == (2, ""), arguments
        assert outcome.err
    assert not (root / WAIVERS).exists()


def test_waived_already_is_a_mistake(tmp_path: Path) -> None:
    root = rendered(tmp_path / "a repository")
    put(root, {"deploy/pod.yaml": PRIVILEGED})
    name = blocking(root)[0]
    assert run(root, "waive", name, *WORDS).code == 0
    outcome = run(root, "waive", name, *WORDS)
    assert outcome.code == 2
    assert "waived already: SEC-1" in outcome.err
