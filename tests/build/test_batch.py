"""Several builds at once, with builders written here that fail, wait, and are interrupted."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from modelyard.build import report
from modelyard.build.batch import Options, Outcome, build_all
from modelyard.build.plan import Image
from modelyard.build.settings import PipSettings
from modelyard.build.source import Commit
from modelyard.engines.api import BuildRequest, Built, Engine, EngineError, EngineName, OutOfSpace, Stopped

OPTIONS = Options(PipSettings("[global]\nindex-url = https://u:canary@a.example\n", None, ()), jobs=2)
DIGEST = "sha256:" + "ab" * 32


def image(name: str) -> Image:
    model, _, container = name.partition("/")
    return Image(
        model=model,
        container=container or "model",
        repository=name,
        context=f"models/{model}",
        dockerfile=f"Dockerfiles/{name}/Dockerfile",
        tags=(f"localhost/{name}:in-0123456789abcdef",),
        platforms=("linux/amd64",),
        labels={},
        contexts={},
        commit=Commit("a" * 40, 0, ""),
    )


class Fake:
    """Builds by name: ``broken`` fails, ``full`` has no space, ``slow`` waits until it is stopped."""

    name: EngineName = "podman"
    version = "4.3.1"

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.begun = threading.Event()
        self.stopped = 0

    def describe(self, request: BuildRequest) -> tuple[str, ...]:
        return ("fake",)

    def build(self, request: BuildRequest, log: Path, stop: threading.Event | None = None) -> Built:
        self.folders.append(request.folder)
        assert request.folder.stat().st_mode & 0o777 == 0o700
        assert request.secrets["pipconf"].stat().st_mode & 0o777 == 0o600
        assert "canary" in request.secrets["pipconf"].read_text()
        what = request.context.name
        if what == "broken":
            raise EngineError("a step failed", "last words")
        if what == "full":
            raise OutOfSpace("no space is left", "write: no space left on device")
        if what == "slow":
            self.begun.set()
            assert stop is not None
            assert stop.wait(30)
            self.stopped += 1
            raise Stopped("was stopped")
        return Built(DIGEST, DIGEST, 96_800_000, 12, 3)


def run(names: list[str], fake: Fake, known: dict[str, str] | None = None) -> list[Outcome]:
    asked = (lambda tag: (known or {}).get(tag, "")) if known is not None else None
    return build_all(Path("/r"), [image(name) for name in names], fake, OPTIONS, lambda outcome: None, asked)


def test_one_that_fails_does_not_end_the_others() -> None:
    fake = Fake()
    outcomes = run(["a", "broken", "c"], fake)
    assert [outcome.image.model for outcome in outcomes] == ["a", "broken", "c"]
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert not [folder for folder in fake.folders if folder.exists()]
    assert report.failure(outcomes[1]) == "broken: error: a step failed\n  | last words\n"


def test_what_the_registry_has_is_not_built() -> None:
    fake = Fake()
    (outcome,) = run(["a"], fake, {"localhost/a:in-0123456789abcdef": DIGEST})
    assert (outcome.there, outcome.built, fake.folders) == (DIGEST, None, [])
    two = dataclasses.replace(image("a"), tags=("localhost/a:in-0123456789abcdef", "localhost/a:v2"))
    has = {"localhost/a:in-0123456789abcdef": DIGEST}
    (outcome,) = build_all(Path("/r"), [two], fake, OPTIONS, lambda one: None, lambda tag: has.get(tag, ""))
    assert outcome.built is not None, "another tag is asked for, which the registry has not"


def test_an_interruption_stops_every_build_and_waits_for_it() -> None:
    fake = Fake()

    def press() -> None:
        assert fake.begun.wait(30)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run(["slow", "slow", "slow"], fake)
    thread.join()
    assert fake.stopped == 2, "two had begun, and the third never did"
    assert not [folder for folder in fake.folders if folder.exists()]


def test_the_table() -> None:
    outcomes = [dataclasses.replace(outcome, seconds=1.25) for outcome in run(["a", "broken", "b/c"], Fake())]
    assert report.table(outcomes).splitlines() == [
        "MODEL   IMAGE                                 DIGEST                  SIZE  SECONDS  CACHED",
        "a       localhost/a:in-0123456789abcdef       sha256:abababababab  96.8 MB      1.2    3/12",
        "broken  localhost/broken:in-0123456789abcdef  failed                     -      1.2       -",
        "b       localhost/b/c:in-0123456789abcdef     sha256:abababababab  96.8 MB      1.2    3/12",
    ]
    assert report.human(2_340_000_000) == "2.34 GB"


def test_the_document_and_the_next_step() -> None:
    fake = Fake()
    outcomes = run(["a", "b/c", "b/d", "broken"], fake)
    said = report.document(outcomes, Engine("podman", "4.3.1", fake, None), pushed=True)
    assert said["engine"] == {"name": "podman", "version": "4.3.1"}
    assert [one["container"] for one in said["images"]] == ["model", "c", "d"]
    assert said["failed"] == [{"model": "broken", "container": "model", "reason": "a step failed"}]
    assert report.next_steps(outcomes, "dev", "tools/release") == [
        f"tools/release a --env dev --image {DIGEST}",
        f"tools/release b --env dev --image c={DIGEST} --image d={DIGEST}",
    ]
