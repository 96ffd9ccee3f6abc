"""Finds the targets: a folder beside this file with a ``TARGET`` is one, and nothing else names it."""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.spec.field import Spec
from modelyard.targets.api import ImageTarget, Target


@dataclass(frozen=True)
class Targets:
    """All targets by name, in the order of their names."""

    deployed: Mapping[str, Target]
    images: Mapping[str, ImageTarget]

    @property
    def plugins(self) -> Mapping[str, Mapping[str, type[Spec]]]:
        """What manifests and environments may say of each target, for the decoder and the schemas."""
        return {
            "settings": {name: target.settings for name, target in self.deployed.items()},
            "platform": {name: target.platform for name, target in self.deployed.items()},
        }


@functools.cache
def discover() -> Targets:
    """Imports every target folder; a folder without a TARGET is a mistake and raises."""
    found = [importlib.import_module(f"modelyard.targets.{name}").TARGET for name in target_names()]
    return Targets(
        {target.name: target for target in found if isinstance(target, Target)},
        {target.name: target for target in found if isinstance(target, ImageTarget)},
    )


def target_names() -> list[str]:
    """The names of all targets, from their folders alone: no target is imported."""
    here = os.path.dirname(__file__)
    with os.scandir(here) as entries:
        return sorted(
            entry.name for entry in entries if os.path.exists(os.path.join(entry.path, "__init__.py"))
        )
