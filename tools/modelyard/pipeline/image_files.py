"""The files that image targets make of a build: rendered once, for two uses.

They are written, and they are the recipe that the tag of a build's inputs is made of.
"""

from __future__ import annotations

from collections.abc import Mapping

from modelyard.emit import serialise
from modelyard.resolve.workload import ImageBuild
from modelyard.targets.registry import Targets


class ImageFiles:
    """Of one model's builds; each is rendered when it is first asked for."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        # With the build itself, so that its identity stays its own.
        self._known: dict[tuple[str, int], tuple[ImageBuild, dict[str, bytes]]] = {}

    def of(self, target: str, build: ImageBuild) -> Mapping[str, bytes]:
        """The bytes by path of one target's files."""
        key = (target, id(build))
        if key not in self._known:
            artifacts = self._targets.images[target].render(build)
            self._known[key] = (build, {item.path: serialise(item) for item in artifacts})
        return self._known[key][1]

    def recipe(self, build: ImageBuild) -> bytes:
        """What all image targets make of it."""
        return b"".join(content for name in self._targets.images for content in self.of(name, build).values())
