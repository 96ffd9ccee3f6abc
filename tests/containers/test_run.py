"""`tools/run` with a real engine: good models, broken ones, and being interrupted; nothing is ever left."""

from __future__ import annotations

import re
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.command import Outcome, finish, run, start
from tests.running.stub_model import TOKEN, pair, repository
from tests.support.containers.engine import Engine
from tests.support.containers.programs import Programs

pytestmark = pytest.mark.containers
FEW = ("--requests", "20", "--load", "0.5", "--engine", "podman")
Make = Callable[..., Path]


@pytest.fixture
def stub(tmp_path: Path, found: Programs, digests: dict[str, str]) -> Make:
    """Makes a rendered repository with the stub in a mode, on the base image of this machine."""

    def make(mode: str = "good", changes: dict[str, str] | None = None) -> Path:
        key = found.python.catalogue_key
        root = pair(repository(tmp_path / "r", mode, {"python-3.12-slim": key, **(changes or {})}), key)
        catalogue = root / "Dockerfiles/base-images.yaml"
        entry = re.compile(rf"(^  {re.escape(key)}:\n(?:    .*\n)*?    digest: )sha256:[0-9a-f]{{64}}$", re.M)
        text, count = entry.subn(rf"\g<1>{digests[key]}", catalogue.read_text())
        assert count == 1
        catalogue.write_text(text)
        rendered = run(root, "render")
        assert rendered.code == 0, rendered
        return root

    return make


@pytest.fixture(autouse=True)
def nothing_left(containers: Engine, tmp_path: Path) -> Iterator[None]:
    yield
    assert not any(containers.left().values()), containers.left()


def try_it(engine: Engine, root: Path, *words: str, model: str = "stub") -> Outcome:
    """Runs a model in containers; its secret is never shown."""
    outcome = run(root, "run", model, *FEW, *words, **engine.for_builds, TOKEN=TOKEN)
    assert TOKEN not in outcome.out + outcome.err
    return outcome


def test_a_good_server(containers: Engine, stub: Make) -> None:
    outcome = try_it(containers, stub(), "--format", "json")
    assert outcome.code == 0, outcome.err
    found = outcome.json
    (image,) = found["images"]
    assert image["bytes"] > 2**20
    assert image["buildSeconds"] > 0
    assert found["latency"]["requests"] == 20
    assert found["load"]["failed"] == 0
    assert found["peakMemory"]["source"] == "control group"
    assert 2**20 < found["peakMemory"]["bytes"] <= 128 * 2**20
    assert found["exitCode"] == 0


def test_two_containers_share_an_address(containers: Engine, stub: Make) -> None:
    root = stub()
    for words in ((), ("--container", "back")):
        outcome = try_it(containers, root, *words, "--format", "json", model="pair")
        assert outcome.code == 0, outcome.err
        assert {one["container"] for one in outcome.json["samples"]} == {"front", "back"}
        assert len(outcome.json["images"]) == 2


@pytest.mark.parametrize(
    ("mode", "changes", "said", "shown"),
    [
        ("crash", {}, "ended with exit code 1 before it was healthy", "weights are of another release"),
        ("never-healthy", {"startup: 10s": "startup: 2s"}, "is not healthy after 2 s", "token [TOKEN]"),
        ("crash-on-sample", {}, "ended with exit code 7 while it was asked", "out of ideas"),
        ("against-schema", {}, "answers the sample against its schema", "$.sums[0]: '3' is not of type"),
    ],
)
def test_a_server_that_is_broken(
    containers: Engine, stub: Make, mode: str, changes: dict[str, str], said: str, shown: str
) -> None:
    outcome = try_it(containers, stub(mode, changes))
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err
    assert shown in outcome.err


def test_kept_found_and_stopped(containers: Engine, stub: Make) -> None:
    root = stub()
    outcome = try_it(containers, root, "--keep", "--port", "0", "--format", "json")
    assert outcome.code == 0, outcome.err
    address = outcome.json["address"]
    with urllib.request.urlopen(f"{address}/ping", timeout=5) as answer:  # noqa: S310 - http, as just said
        assert answer.status == 200
    (name,) = containers.left()["containers"]
    found = containers.inspect("container", name)
    host = found["HostConfig"]
    assert (host["ReadonlyRootfs"], host["Memory"], host["NanoCpus"]) == (True, 128 * 2**20, 10**9)
    assert not found["EffectiveCaps"]
    assert found["Config"]["User"] == "10001:10001"
    status = containers.podman("exec", name, "cat", "/proc/1/status").stdout
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.M)
    assert re.search(r"^Uid:\s+10001\s", status, re.M)
    again = try_it(containers, root, "--port", address.rpartition(":")[2])
    assert again.code == 2
    assert "a run of stub that was kept: tools/run stub --stop ends it" in again.err
    stopped = run(root, "run", "stub", "--stop", "--engine", "podman", **containers.for_builds)
    assert stopped.out == "stub: 1 container removed\n"


def test_an_image_that_is_not_there(containers: Engine, stub: Make) -> None:
    outcome = try_it(containers, stub(), "--image", "docker.io/acme/nothing:1")
    assert outcome.code == 2
    assert "docker.io/acme/nothing:1 cannot be pulled" in outcome.err


def test_a_dockerfile_of_before(containers: Engine, stub: Make) -> None:
    root = stub()
    manifest = root / "models/stub/model.yaml"
    manifest.write_text(manifest.read_text().replace("source: src", "source: src\n    system: [libgomp1]"))
    outcome = try_it(containers, root)
    assert outcome.code == 2
    assert "Dockerfiles/stub/Dockerfile is not what the manifest says" in outcome.err
    assert "tools/render stub" in outcome.err


@pytest.mark.parametrize(
    ("until", "mode", "number"),
    [("building", "good", signal.SIGINT), ("starting", "never-healthy", signal.SIGTERM),
     ("healthy", "good", signal.SIGINT)],
)  # fmt: skip
def test_interrupted(containers: Engine, stub: Make, until: str, mode: str, number: signal.Signals) -> None:
    root = stub(mode)
    words = ("run", "stub", "--engine", "podman", "--requests", "100000")
    process = start(root, *words, **{**containers.for_builds, "TOKEN": TOKEN})
    wait_for(process, until)
    process.send_signal(number)
    outcome = finish(process)
    assert outcome.code == (130 if number is signal.SIGINT else 143), outcome


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stderr is not None
    while word not in (line := process.stderr.readline()):
        assert line, f"ended before it said {word}"
