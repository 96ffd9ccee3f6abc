"""One workload on disk, in the form that each contestant reads.

``repo/`` is what Modelyard reads and writes; the floor reads the same manifests. A peer's folder holds
the same values in its own layers (environment < model < model in an environment) and the templates that
were derived from Modelyard's output.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import workload
from bench.command import render_now
from bench.templates import (
    SENTINEL_ENVIRONMENT,
    SENTINEL_MODEL,
    Template,
    derive,
    hashes,
    read_rendered,
    spelled,
    values,
)

Layers = dict[str, str]


class Contest:
    """A workload of so many models below ``folder``. ``sentinel`` are the sentinel's files by path."""

    def __init__(self, folder: Path, models: int, render: Callable[[Path], None] = render_now) -> None:
        """``render`` runs Modelyard on a repository."""
        self._render = render
        self.folder = folder
        self.repo = folder / "repo"
        self.models = [workload.model(number) for number in range(models)]
        self.sentinel: dict[str, str] = {}
        self.templates: list[Template] = []
        self._hashes: dict[str, dict[str, Layers]] = {}

    def prepare(self) -> None:
        """Writes the workload, renders it once with Modelyard, and makes the floor's templates and data."""
        shutil.rmtree(self.folder, ignore_errors=True)
        workload.generate(self.repo, len(self.models))
        self._render(self.repo)
        self.sentinel = self._render_sentinel(self.folder / "sentinel")
        self.templates = derive(self.sentinel)
        self._hashes = {
            one.name: {
                name: hashes(read_rendered(self.repo, one.name, name)) for name in workload.ENVIRONMENTS
            }
            for one in self.models
        }
        self._write_floor(self.repo / ".floor")

    def _write_floor(self, folder: Path) -> None:
        folder.mkdir()
        index = []
        for number, template in enumerate(self.templates):
            name = f"{number}.j2"
            (folder / name).write_text(spelled(template.text, "{{ ", " }}"), encoding="utf-8")
            index.append((name, spelled(template.path, "{{ ", " }}"), template.shared))
        (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
        (folder / "hashes.json").write_text(json.dumps(self._hashes), encoding="utf-8")

    def layers(self) -> Iterator[tuple[str, str, Layers, Layers, Layers]]:
        """Of every model and environment: the names, and the values of environment, model and the pair."""
        of_places = {name: workload.environment(name) for name in workload.ENVIRONMENTS}
        for one in self.models:
            own = {name: values(one, place) for name, place in of_places.items()}
            same = {
                key: value
                for key, value in own[workload.ENVIRONMENTS[0]].items()
                if values(one, SENTINEL_ENVIRONMENT)[key] == value
            }
            for name in workload.ENVIRONMENTS:
                environment = {key: value for key, value in own[name].items() if key not in same}
                yield one.name, name, environment, same, self._hashes[one.name][name]

    def _render_sentinel(self, folder: Path) -> dict[str, str]:
        workload.write_repository(folder, [SENTINEL_ENVIRONMENT], [SENTINEL_MODEL])
        self._render(folder)
        return read_rendered(folder, SENTINEL_MODEL.name, SENTINEL_ENVIRONMENT.name)
