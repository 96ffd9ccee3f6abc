"""The whole of `tools/run --process`, for real: a good server, and one that is broken in each way."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Outcome, finish, run, start
from tests.running.stub_model import TOKEN, repository

FEW = ("--process", "--requests", "20", "--load", "0.3")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A TMPDIR in which nothing may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def left(root: Path) -> list[str]:
    """Processes that have the repository in their command or are in one of its folders."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(root) in os.readlink(folder / "cwd") or str(root) in (folder / "cmdline").read_text():
                found.append(folder.name)
        except OSError:
            continue
    return found


def try_it(root: Path, *words: str) -> Outcome:
    """Runs the stub without a container; nothing may be left of it, and its secret is never shown."""
    outcome = run(root, "run", "stub", *FEW, *words, TOKEN=TOKEN)
    assert TOKEN not in outcome.out + outcome.err
    trees = [path.name for path in (root / ".cache/modelyard/run").glob("modelyard-*")]
    assert (left(root), trees) == ([], [])
    return outcome


def test_a_good_server(tmp_path: Path) -> None:
    outcome = try_it(repository(tmp_path / "r"), "--format", "json")
    assert outcome.code == 0, outcome.err
    found = outcome.json
    assert (found["model"], found["environment"], found["runBy"]) == ("stub", "local", "processes")
    assert found["samples"] == [
        {
            "container": "model",
            "sample": "models/stub/sample/request.json",
            "status": 200,
            "schema": "models/stub/sample/response.schema.json",
        }
    ]
    latency, load = found["latency"], found["load"]
    assert latency["requests"] == 20
    assert 0 < latency["p50Seconds"] <= latency["p99Seconds"] < 2
    assert (load["connections"], load["failed"]) == (8, 0)
    assert load["requestsPerSecond"] > 10
    assert found["exitCode"] == 0
    assert found["peakMemory"]["bytes"] > 2**20


def test_what_a_person_sees(tmp_path: Path) -> None:
    outcome = try_it(repository(tmp_path / "r"))
    assert outcome.code == 0, outcome.err
    first, *facts = outcome.out.splitlines()
    assert first == "stub in local, by processes"
    assert [line.split()[0] for line in facts] == [
        "healthy",
        "sample",
        "latency",
        "load",
        "memory",
        "stopped",
    ]
    assert "nothing is isolated" in outcome.err


@pytest.mark.parametrize(
    ("mode", "changes", "said", "shown"),
    [
        ("crash", {}, "ended with exit code 1 before it was healthy", "weights are of another release"),
        ("never-healthy", {"startup: 10s": "startup: 1s"}, "/ping answers with status 503", "token [TOKEN]"),
        ("deaf", {"startup: 10s": "startup: 1s"}, "could not be reached", "mode deaf"),
        ("crash-on-sample", {}, "ended with exit code 7 while it was asked", "out of ideas"),
        ("against-schema", {}, "answers the sample against its schema", "$.sums[0]: '3' is not of type"),
        ("text", {}, "not JSON", "it is six"),
        ("status", {}, "answers the sample with status 500", "no such column"),
        ("slow", {"timeout: 2s": "timeout: 1s"}, "gave no answer within 1 s to the sample", "mode slow"),
    ],
)  # fmt: skip
def test_a_server_that_is_broken(
    tmp_path: Path, mode: str, changes: dict[str, str], said: str, shown: str
) -> None:
    outcome = try_it(repository(tmp_path / "r", mode, changes))
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err
    assert shown in outcome.err
    errors = [line for line in outcome.err.splitlines() if line.startswith("modelyard: stub:")]
    assert len(errors) == 1, outcome.err


def test_a_server_that_does_not_end_when_it_is_asked_to(tmp_path: Path) -> None:
    outcome = try_it(repository(tmp_path / "r", "stubborn"))
    assert outcome.code == 0, outcome.err
    assert "did not end within 1 s after SIGTERM" in outcome.out


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = try_it(repository(tmp_path / "r"), "--port", str(port))
    assert outcome.code == 2
    assert f"port {port} is in use by" in outcome.err
    assert f"(process {os.getpid()})" in outcome.err


@pytest.mark.parametrize(
    ("changes", "words", "said"),
    [
        ({"  sample: sample/request.json\n": ""}, (), "has no sample to be asked with"),
        ({"sample/request.json": "sample/other.json"}, (), "sample/other.json"),
        ({}, ("--env", "prod"), "does not run in prod"),
        ({}, ("--container", "modle"), 'has no container "modle"'),
        ({}, ("--weights", "nowhere", "--secret", "X"), "NAME=FILE"),
        ({"command: [python": "command: [pyton"}, (), "there is no pyton in its environment"),
    ],
)
def test_what_cannot_be_run(
    tmp_path: Path, changes: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    outcome = try_it(repository(tmp_path / "r", changes=changes), *words)
    assert outcome.code in (1, 2)
    assert said in outcome.out + outcome.err


def test_a_secret_that_nobody_gives(tmp_path: Path) -> None:
    outcome = run(repository(tmp_path / "r"), "run", "stub", *FEW)
    assert outcome.code == 2
    assert "no value for TOKEN" in outcome.err
    assert "--secret TOKEN=FILE" in outcome.err


def test_an_error_as_json(tmp_path: Path) -> None:
    outcome = try_it(repository(tmp_path / "r", "status"), "--format", "json")
    assert outcome.code == 1
    error = outcome.json["error"]
    assert "status 500" in error["message"]
    assert (error["exitCode"], outcome.json["model"]) == (1, "stub")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("mode", "until"), [("deaf", "starting model"), ("good", "healthy after")])
def test_interrupted(tmp_path: Path, mode: str, until: str, number: signal.Signals) -> None:
    root = repository(tmp_path / "r", mode)
    process = start(root, "run", "stub", "--process", "--requests", "100000", TOKEN=TOKEN)
    seen = ""
    assert process.stderr is not None
    while until not in seen:
        line = process.stderr.readline()
        assert line, seen
        seen += line
    time.sleep(0.3)
    process.send_signal(number)
    outcome = finish(process)
    assert outcome.code == (130 if number is signal.SIGINT else 143)
    assert left(root) == []
    assert not list((root / ".cache/modelyard/run").glob("modelyard-*"))


def test_kept_until_ctrl_c(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    words = ("run", "stub", *FEW, "--keep", "--port", "0", "--format", "json")
    process = start(root, *words, TOKEN=TOKEN)
    assert process.stderr is not None
    while "Ctrl-C ends it" not in process.stderr.readline():
        assert process.poll() is None
    assert left(root)
    process.send_signal(signal.SIGINT)
    outcome = finish(process)
    assert outcome.code == 0
    assert json.loads(outcome.out)["address"].startswith("http://127.0.0.1:")
    assert left(root) == []


def test_all_of_them_in_one_table(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    broken = repository(tmp_path / "b", "status")
    for path in ("model.yaml", "src", "sample"):
        (root / "models/broken").mkdir(exist_ok=True)
        (broken / "models/stub" / path).rename(root / "models/broken" / path)
    manifest = root / "models/broken/model.yaml"
    manifest.write_text(manifest.read_text().replace("name: stub", "name: broken"))
    outcome = run(root, "run", "--all", *FEW, "--report", TOKEN=TOKEN)
    assert outcome.code == 1
    report = (root / "docs/run-report.md").read_text()
    assert "\n| stub " in report
    assert "\n- broken: model answers the sample with status 500\n" in report
    assert "wrote docs/run-report.md" in outcome.err
    assert outcome.out.startswith("stub in local")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a model"),
        (("stub", "--all"), "name none"),
        (("stub", "--report"), "add --all"),
        (("--all", "--keep"), "for one model"),
        (("stub", "--port", "70000"), "up to 65535"),
        (("stub", "--requests", "0"), "--requests"),
        (("stub", "--args", "'"), "--args"),
        (("stub", "--image", "=x"), "--image"),
        (("stup",), "stub"),
        (("stub", "--env", "lokal"), "local"),
        (("stub", "--engine", "rocket"), "the engines are"),
    ],
)
def test_used_wrongly(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    outcome = run(repository(tmp_path / "r"), "run", *words, TOKEN=TOKEN)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_no_engine(tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    outcome = run(repository(tmp_path / "r"), "run", "stub", TOKEN=TOKEN, PATH=str(empty))
    assert outcome.code == 2
    assert "there is no container engine here" in outcome.err
    assert "--process runs the same server without one" in outcome.err
