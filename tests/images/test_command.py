"""`tools/scan --image` and `tools/waive --image`, as people use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.images.bench import LABELS, ZLIB, Bench, good

REPO = Path(__file__).resolve().parents[2]


def command(bench: Bench, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command on the repository of the test, at its time."""
    given = [*words, "--root", str(bench.root), "--now", "2026-11-22T12:00:00Z"]
    return subprocess.run(
        [sys.executable, "-m", "modelyard", *given],
        env={**os.environ, "PYTHONPATH": str(REPO / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_scan_and_waive(bench: Bench) -> None:
    bench.know(ZLIB)
    reference = bench.push(good())
    blocked = command(
        bench, "scan", "--image", reference, "--format", "json", "--sbom", str(bench.root / "out")
    )
    assert blocked.returncode == 1, blocked.stderr
    (one,) = [one for one in json.loads(blocked.stdout)["detections"] if one["state"] == "blocks"]
    assert (one["rule"], one["evidence"]) == ("CVE-2099-0001", reference.partition("@")[2])
    assert len(list((bench.root / "out").iterdir())) == 1
    reason = "The library is linked, and never called."
    words = ("--owner", "risk-ml", "--ticket", "SEC-1", "--days", "7", "--reason", reason)
    waived = command(bench, "waive", one["fingerprint"], *words, "--image", reference)
    assert waived.returncode == 0, waived.stderr
    assert command(bench, "scan", "--image", reference).returncode == 0
    rebuilt = bench.push(good(labels={**LABELS, "build": "2"}))
    assert command(bench, "scan", "--image", rebuilt).returncode == 1


def test_what_is_asked_wrongly(bench: Bench) -> None:
    tag = command(bench, "scan", "--image", f"{bench.registry.host}/team/app:1.0")
    assert (tag.returncode, tag.stdout) == (2, "")
    assert "give the digest" in tag.stderr
    assert command(bench, "scan", "--sbom", "out").returncode == 2
