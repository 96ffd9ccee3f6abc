"""Kapitan: an inventory of layered parameters, and Jinja2 templates compiled for every target of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench import install
from bench.peers.base import MANIFESTS, Peer, write, write_yaml
from bench.templates import spelled
from bench.workload import ENVIRONMENTS


class Kapitan(Peer):
    """All the files. Those of the image are compiled for the first environment only: once is enough."""

    name = "kapitan compile"
    makes = "all files"

    def install(self) -> None:
        install.install_kapitan()
        self.variables = {"XDG_CACHE_HOME": str(self.folder / "cache")}

    def prepare(self) -> None:
        for template in self.contest.templates:
            name = Path(template.path).name
            kind = "image" if template.shared else f"environment/{template.path.split('/')[4]}"
            text = "{%- set p = inventory.parameters -%}" + spelled(template.text, "{{ p.", " }}")
            write(self.folder / "templates" / kind / name, text)
        classes = self.folder / "inventory" / "classes"
        for name, folders in (("first", ("environment", "image")), ("other", ("environment",))):
            steps = [
                {"input_type": "jinja2", "input_paths": [f"templates/{folder}"], "output_path": "."}
                for folder in folders
            ]
            write_yaml(classes / f"{name}.yml", {"parameters": {"kapitan": {"compile": steps}}})
        for model, environment, place, same, pair in self.contest.layers():
            target = f"{model}-{environment}"
            write_yaml(classes / "environments" / f"{environment}.yml", {"parameters": place})
            write_yaml(classes / "models" / f"{model}.yml", {"parameters": same})
            compiled = "first" if environment == ENVIRONMENTS[0] else "other"
            layers = [compiled, f"environments.{environment}", f"models.{model}"]
            parameters = {**pair, "kapitan": {"vars": {"target": target}}}
            path = self.folder / "inventory" / "targets" / f"{target}.yml"
            write_yaml(path, {"classes": layers, "parameters": parameters})

    def command(self) -> list[str]:
        return [str(install.KAPITAN_PROGRAM), "compile", "--quiet", "--output-path", str(self.out)]

    def cached(self) -> list[str]:
        """With the cache that it has, which is off by default."""
        return [*self.command(), "--cache"]

    def forget(self) -> None:
        super().forget()
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def rendered(self) -> Iterator[Path]:
        yield from self.out.glob(f"compiled/*/kubernetes{MANIFESTS}")
