"""Helm: one chart, and `helm template` with the layers of values of a model in an environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from bench import install
from bench.peers.base import MANIFESTS, Peer, script, write, write_data, write_yaml
from bench.templates import spelled


class Helm(Peer):
    """Kubernetes manifests only: a chart cannot make a Dockerfile or a task definition."""

    name = "helm template"
    makes = "manifests.yaml only"
    at_once = 1

    def install(self) -> None:
        install.install_kubectl_and_helm()
        self.variables = {
            "HELM_CACHE_HOME": str(self.folder / "cache"),
            "HELM_CONFIG_HOME": str(self.folder / "config"),
        }

    def prepare(self) -> None:
        chart = self.folder / "chart"
        write_yaml(chart / "Chart.yaml", {"apiVersion": "v2", "name": "model", "version": "1.0.0"})
        for template in self.contest.templates:
            if template.path.endswith(MANIFESTS):
                write(chart / "templates" / "manifests.yaml", spelled(template.text, "{{ .Values.", " }}"))
        for model, environment, place, same, pair in self.contest.layers():
            write_data(self.folder / "environments" / f"{environment}.yaml", place)
            write_data(self.folder / "models" / f"{model}.yaml", same)
            write_data(self.folder / "models" / f"{model}.{environment}.yaml", pair)

    def command(self) -> list[str]:
        lines = [self._line(model, environment) for model, environment, *_ in self.contest.layers()]
        return script(self.folder / f"all-{self.at_once}.sh", lines, self.at_once)

    def _line(self, model: str, environment: str) -> str:
        layers = (f"environments/{environment}", f"models/{model}", f"models/{model}.{environment}")
        argv = [str(install.HELM), "template", model, str(self.folder / "chart")]
        for layer in layers:
            argv += ["--values", str(self.folder / f"{layer}.yaml")]
        return f"{shlex.join(argv)} > {shlex.quote(str(self.out / f'{model}-{environment}.yaml'))}"

    def rendered(self) -> Iterator[Path]:
        yield from self.out.glob("*.yaml")


class HelmTwice(Helm):
    """The same, two processes at a time."""

    name = "helm template, 2 at once"
    at_once = 2
