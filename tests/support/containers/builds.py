"""Builds the examples' images with the real ``tools/build``, in the engine of the tests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.support.containers.engine import Engine, EngineError
from tests.support.containers.repository import ROOT, Repository

# A setting of pip that changes nothing and has a text that can be looked for: what builds are given in secret
# must not be in any image.
MARK = "modelyard-canary-7f3a9c"
SECONDS = 900
# runc copies itself into sealed memory, which a busy kernel refuses at times.
RUNC_BUSY = "sealing memfd copy"
_TAKEN = ("PATH", "HOME", "LANG", "PIP_", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_", "MODELYARD_PYTHON")


@dataclass(frozen=True)
class Report:
    """One image as ``tools/build --metadata`` tells of it: its reference, and everything that was said."""

    reference: str
    said: dict[str, Any]


def build(
    engine: Engine, repository: Repository, model: str, *options: str, environment: str = "dev"
) -> list[Report]:
    """Builds all images of a model, named as an environment pulls them; EngineError if that fails."""
    command = [str(ROOT / "tools/build"), model, "--root", str(repository.root)]
    command += ["--env", environment] if environment else []
    command += ["--engine", "podman", "--jobs", "1", "--metadata", "-", *options]
    taken = {name: value for name, value in os.environ.items() if name.startswith(_TAKEN)}
    environ = {**taken, **engine.for_builds, "PIP_TRUSTED_HOST": f"{MARK}.invalid"}
    try:
        done = engine.run(command, environ, SECONDS)
    except EngineError as error:
        if RUNC_BUSY not in str(error):
            raise
        done = engine.run(command, environ, SECONDS)
    images = json.loads(done.stdout)["images"]
    return [Report(image["tags"][0], image) for image in images]


@dataclass
class Built:
    """Images that are built once, when they are first asked for or before that, two models at a time."""

    engine: Engine
    repository: Repository
    _begun: dict[str, Future[list[Report]]] = field(default_factory=dict)

    def begin(self, images: Iterable[str]) -> None:
        """Builds these from now on, in this order.

        No thread outlives the last of them: other tests of the same worker fork.
        """
        models = dict.fromkeys(image.partition("/")[0] for image in images)
        pool = ThreadPoolExecutor(max_workers=2)
        for model in models:
            if model not in self._begun:
                self._begun[model] = pool.submit(build, self.engine, self.repository, model)
        pool.shutdown(wait=False)

    def end(self) -> None:
        """Ends what is being built."""
        for begun in self._begun.values():
            begun.cancel()
        self.engine.interrupt()

    def report(self, image: str) -> Report:
        """Of ``model`` or ``model/container``, once it is built."""
        self.begin([image])
        reference = self.repository.reference(image)
        reports = self._begun[image.partition("/")[0]].result()
        (found,) = (one for one in reports if one.reference == reference)
        return found

    def __call__(self, image: str) -> str:
        """The reference of the image of ``model`` or ``model/container``, once it is built."""
        return self.report(image).reference
