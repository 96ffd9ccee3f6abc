"""What a peer is to the benchmark."""

from __future__ import annotations

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bench.contest import Contest

MANIFESTS = "/manifests.yaml"
Objects = dict[tuple[str, str, str], Any]


class Peer(ABC):
    """One tool, with its own input tree below ``folder``."""

    name: ClassVar[str]
    makes: ClassVar[str]

    def __init__(self, contest: Contest, folder: Path) -> None:
        self.contest = contest
        self.folder = folder
        self.out = folder / "out"
        self.variables: dict[str, str] = {}

    @abstractmethod
    def install(self) -> None:
        """Gets the tool from its registry, unless it is there."""

    @abstractmethod
    def prepare(self) -> None:
        """Writes the tool's input tree."""

    @abstractmethod
    def command(self) -> list[str]:
        """What renders everything into ``out``."""

    @abstractmethod
    def rendered(self) -> Iterator[Path]:
        """The Kubernetes files that the command wrote."""

    def forget(self) -> None:
        """Takes away what was rendered and every cache of the tool's own."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)

    def differences(self) -> list[str]:
        """Kubernetes objects that are not as Modelyard wrote them, by their names."""
        theirs: Objects = {}
        for path in self.rendered():
            theirs.update(objects(path.read_text(encoding="utf-8")))
        ours: Objects = {}
        for path in self.contest.repo.glob(f"environments/*/rendered/*/kubernetes/*{MANIFESTS}"):
            ours.update(objects(path.read_text(encoding="utf-8")))
        assert ours, "Modelyard rendered no Kubernetes manifest to compare with"
        return sorted(
            " ".join(key) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)
        )


def objects(text: str) -> Objects:
    """The Kubernetes objects of a YAML stream, by namespace, kind and name."""
    found = (document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document)
    return {
        (one["metadata"].get("namespace", ""), one["kind"], one["metadata"]["name"]): one for one in found
    }


def write_data(path: Path, data: object) -> None:
    """JSON, which every reader of YAML takes as well."""
    write(path, json.dumps(data, indent=2))


def write_yaml(path: Path, data: object) -> None:
    """Block style, as people write the files of these tools."""
    write(path, yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, width=200))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def script(path: Path, lines: list[str], at_once: int = 1) -> list[str]:
    """A shell script that runs a command a line, in one lane or several."""
    if at_once == 1:
        body = lines
    else:
        lanes = (lines[number::at_once] for number in range(at_once))
        body = [line for lane in lanes for line in ("(", *lane, ") &")] + ["wait"]
    write(path, "\n".join(["set -e", *body]) + "\n")
    return ["sh", str(path)]
