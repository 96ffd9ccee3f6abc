"""The model servers that a manifest can choose by name: a file each, in a folder of the package."""

from __future__ import annotations

import os
from dataclasses import dataclass

from modelyard.findings import Finding, Location
from modelyard.load import layout
from modelyard.load.placeholders import fill, values
from modelyard.source import read
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.runtime import Runtime, RuntimeManifest

ORIGIN = f"{layout.RUNTIMES}/"
_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "runtimes")
_SUFFIX = ".yaml"


@dataclass(frozen=True)
class LoadedRuntime:
    """A runtime and the node of the fields that it brings."""

    spec: Runtime
    layer: MappingNode


class Runtimes:
    """All runtimes; a file is read when the first manifest names it, and never again."""

    def __init__(self, folder: str = _FOLDER) -> None:
        self._folder = folder
        self._known: dict[str, tuple[LoadedRuntime | None, tuple[Finding, ...]]] = {}

    def names(self) -> list[str]:
        """The names of all runtimes, from their files alone."""
        return sorted(
            name.removesuffix(_SUFFIX) for name in os.listdir(self._folder) if name.endswith(_SUFFIX)
        )

    def load(self, name: str) -> tuple[LoadedRuntime | None, tuple[Finding, ...]]:
        """The runtime, or None where its file is refused, and what is wrong with it.

        Raises KeyError where there is no such file.
        """
        if name not in self._known:
            if name not in self.names():
                raise KeyError(name)
            self._known[name] = self._read(name)
        return self._known[name]

    def spec(self, name: str | None) -> Runtime | None:
        """What a runtime says of itself; None for no name, and for one that was reported before."""
        if name is None or name not in self.names():
            return None
        runtime = self.load(name)[0]
        return runtime.spec if runtime is not None else None

    def _read(self, name: str) -> tuple[LoadedRuntime | None, tuple[Finding, ...]]:
        path = f"{ORIGIN}{name}{_SUFFIX}"
        with open(os.path.join(self._folder, name + _SUFFIX), "rb") as file:
            reading = read(path, file.read())
        if reading.root is None:
            return None, reading.findings
        decoder = Decoder({})
        spec = decoder.decode(reading.root, Runtime)
        if spec is not None:
            assert isinstance(spec.manifest, MappingNode)
            # As for a model of this name, so that what is wrong with it is said before any model uses it.
            decoder.decode(fill(spec.manifest, values(spec.manifest, name, ""), ORIGIN), RuntimeManifest)
            if spec.name != name:
                message, hint = f'"{spec.name}" is in the file of {name}', f"write {name}"
                decoder.findings.append(Finding("name-differs-from-file", Location(path), message, hint))
            if not decoder.findings:
                return LoadedRuntime(spec, spec.manifest), ()
        return None, tuple(decoder.findings)
