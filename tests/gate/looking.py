"""The gate in this process, over small repositories, and what it found."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from modelyard.cli import main, scan
from modelyard.detections import Detection
from modelyard.gate.run import Answer, run
from tests.support.resolving import manifest, repository

MANIFEST = "models/echo/model.yaml"
POLICY = "policy/gate.yaml"
WAIVERS = "policy/waivers.yaml"
KUBERNETES = "environments/dev/rendered/echo/kubernetes/eu-west-1"

NOW = "2026-11-22"


def gate(root: Path, *arguments: str, now: str = NOW, quick: bool = True) -> Answer:
    """What `tools/scan` answers to these arguments, without scanners unless they are asked for."""
    parser = argparse.ArgumentParser()
    scan.add_arguments(parser)
    words = ["--root", str(root), "--jobs", "1", "--now", now, *(["--quick"] if quick else [])]
    order = scan.order_of(parser.parse_args([*words, *arguments]))
    return run(order, lambda done, total: None, lambda text: None)


def rules(answer: Answer) -> set[tuple[str, str]]:
    """(path, rule) of everything that blocks."""
    return {(one.location.path, one.rule) for one in answer.blocking()}


def of_rule(answer: Answer, rule: str) -> list[Detection]:
    """The detections of one rule, waived ones too."""
    return [one for one in answer.detections if one.rule == rule]


def rendered(root: Path, said: str | None = None) -> Path:
    """A repository with the model ``echo``, rendered, in which nothing blocks."""
    repository(root, said or manifest(), {".github/CODEOWNERS": "* @example/risk-ml\n"})
    assert main(["render", "--root", str(root)]) == 0
    return root


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Changes a text file; it must become another."""
    before = path.read_text()
    after = change(before)
    assert after != before
    path.write_text(after)


def put(root: Path, path: str, content: str | bytes) -> Path:
    """Writes a file with its folders."""
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def github_token(seed: str = "a") -> str:
    """A made-up token in the shape of GitHub's, put together at run time so that no file holds one."""
    import hashlib
    import string

    alphabet = string.ascii_letters + string.digits
    digest = hashlib.sha512(seed.encode()).digest()
    return "ghp" + "_" + "".join(alphabet[byte % len(alphabet)] for byte in digest[:36])
