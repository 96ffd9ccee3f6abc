"""Secrets come from where the caller says, in a fixed order, and are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.errors import UsageError
from modelyard.resolve.workload import ResolvedSecret
from modelyard.running.errors import CannotRun
from modelyard.running.secrets import Given, hidden, values


def secret(variable: str, name: str = "fraud/db", key: str = "") -> ResolvedSecret:
    return ResolvedSecret(variable, "secretsmanager", name, key, f"arn:{name}")


def test_the_order_of_sources(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("from file\n")
    (tmp_path / "env").write_text("# comment\n\nA=from env file\nB=from env file = too\nEMPTY=\n")
    given = Given([f"A={tmp_path / 'a'}"], str(tmp_path / "env"), {"A": "shell", "B": "shell", "C": "shell"})
    wanted = {"model": (secret("A"), secret("B"), secret("C"))}
    found = values(wanted, given)
    assert found == {"model": {"A": "from file", "B": "from env file = too", "C": "shell"}}
    assert given.variables["EMPTY"] == ""


def test_every_missing_one_is_named_and_how_to_give_it() -> None:
    wanted = {"model": (secret("DB_PASSWORD", key="password"), secret("TOKEN", "fraud/token"))}
    with pytest.raises(CannotRun, match="no value for DB_PASSWORD, TOKEN") as caught:
        values(wanted, Given([], None, {"TOKEN": ""}))
    assert caught.value.said.splitlines()[0] == "DB_PASSWORD: the secret fraud/db, key password"
    assert "--secret DB_PASSWORD=FILE" in caught.value.hint


def test_two_secrets_of_one_name_are_told_apart() -> None:
    wanted = {"vision": (secret("TOKEN", "a"),), "label-reader": (secret("TOKEN", "b"),)}
    shell = {"TOKEN": "no", "VISION_TOKEN": "one", "LABEL_READER_TOKEN": "two"}
    assert values(wanted, Given([], None, shell)) == {
        "vision": {"TOKEN": "one"}, "label-reader": {"TOKEN": "two"}
    }  # fmt: skip


@pytest.mark.parametrize("word", ["A", "A=", "=file"])
def test_a_wrong_word(word: str) -> None:
    with pytest.raises(UsageError, match="NAME=FILE"):
        Given([word], None, {})


def test_a_line_that_is_none_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("A=1\nhunter2\n")
    with pytest.raises(UsageError, match="line 2") as caught:
        Given([], str(tmp_path / "env"), {})
    assert "hunter2" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="No such file"):
        Given([f"A={tmp_path / 'a'}"], None, {})
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(CannotRun, match="not text"):
        Given([], str(tmp_path / "bytes"), {})


def test_values_are_hidden_in_what_is_printed() -> None:
    known = [{"A": "hunter2", "B": "hunter2-longer", "SHORT": "1"}]
    assert hidden("1: hunter2-longer and hunter2", known) == "1: [B] and [A]"
