"""Every lock file is complete: exact versions, hashes, what requirements.in asks for, and no address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.examples.harness import MODELS

LOCKS = sorted(MODELS.rglob("requirements.lock"))
PIN = re.compile(r"([a-z0-9][a-z0-9-]*)==([^\s;\\]+)(?: ; [^\\]+)?((?: \\ --hash=sha256:[0-9a-f]{64})+)")


def requirements(lock: Path) -> list[str]:
    lines = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#")]
    return [" ".join(entry.split()) for entry in re.split(r"\n(?=\S)", "\n".join(lines)) if entry.strip()]


def test_there_is_one_for_each_image_that_is_built() -> None:
    built = {path.parent.parent for path in MODELS.rglob("src/*.py")}
    assert {lock.parent for lock in LOCKS} == built


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.parent.relative_to(MODELS)))
def test_every_requirement_is_exact_and_hashed(lock: Path) -> None:
    entries = requirements(lock)
    assert [entry for entry in entries if not PIN.fullmatch(entry)] == []
    names = {entry.partition("==")[0] for entry in entries}
    asked = [
        re.split(r"[\[=<>~! #]", line)[0]
        for line in (lock.parent / "requirements.in").read_text().splitlines()
    ]
    assert set(asked) <= names


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.parent.relative_to(MODELS)))
def test_it_names_no_index_and_no_host(lock: Path) -> None:
    assert re.findall(r"://|--index|--find-links|--extra|@ ", lock.read_text()) == []


def test_the_release_that_trained_the_fraud_model_is_the_one_that_serves_it() -> None:
    script = (MODELS / "fraud-scorer/train.py").read_text()
    (trained,) = re.findall(r'"(xgboost-cpu==[^"]+)"', script)
    assert trained in (MODELS / "fraud-scorer/requirements.lock").read_text()
