"""Kustomize: a base for each model, an overlay for each environment, and one root for each environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bench import install
from bench.peers.base import MANIFESTS, Peer, script, write_yaml
from bench.workload import ENVIRONMENTS

_HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


class Kustomize(Peer):
    """Kubernetes manifests only. The base is what the first environment has; overlays patch what differs."""

    name = "kubectl kustomize"
    makes = "manifests.yaml only"

    def install(self) -> None:
        install.install_kubectl_and_helm()

    def prepare(self) -> None:
        for one in self.contest.models:
            folder = self.folder / "models" / one.name
            base = self._documents(one.name, ENVIRONMENTS[0])
            names = [f"{number:02d}-{document['kind'].lower()}.yaml" for number, document in enumerate(base)]
            for name, document in zip(names, base, strict=True):
                write_yaml(folder / "base" / name, document)
            write_yaml(folder / "base" / "kustomization.yaml", {**_HEAD, "resources": names})
            for environment in ENVIRONMENTS:
                documents = self._documents(one.name, environment)
                patches = [
                    patch(before, after)
                    for before, after in zip(base, documents, strict=True)
                    if before != after
                ]
                overlay = {**_HEAD, "resources": ["../../base"], "patches": patches}
                write_yaml(folder / "overlays" / environment / "kustomization.yaml", overlay)
        for environment in ENVIRONMENTS:
            resources = [f"../../models/{one.name}/overlays/{environment}" for one in self.contest.models]
            write_yaml(
                self.folder / "all" / environment / "kustomization.yaml", {**_HEAD, "resources": resources}
            )

    def _documents(self, model: str, environment: str) -> list[Any]:
        rendered = self.contest.repo / "environments" / environment / "rendered" / model / "kubernetes"
        (path,) = rendered.glob(f"*{MANIFESTS}")
        return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def command(self) -> list[str]:
        lines = [
            shlex.join([str(install.KUBECTL), "kustomize", str(self.folder / "all" / name)])
            + f" > {shlex.quote(str(self.out / f'{name}.yaml'))}"
            for name in ENVIRONMENTS
        ]
        return script(self.folder / "all.sh", lines)

    def rendered(self) -> Iterator[Path]:
        yield from self.out.glob("*.yaml")


def patch(before: Any, after: Any) -> dict[str, object]:
    """What makes one object into the other, as a JSON patch (RFC 6902)."""
    operations = list(_replacements(before, after, ""))
    return {
        "target": {"kind": before["kind"], "name": before["metadata"]["name"]},
        "patch": yaml.dump(operations, Dumper=yaml.CSafeDumper, sort_keys=False),
        "options": {"allowNameChange": True},
    }


def _replacements(before: Any, after: Any, path: str) -> Iterator[dict[str, object]]:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for key in before:
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _replacements(before[key], after[key], f"{path}/{escaped}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _replacements(one, other, f"{path}/{number}")
    elif before != after:
        yield {"op": "replace", "path": path, "value": after}
