"""Less than the whole repository: the files of some models or environments, or those that changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from modelyard.gate.files import Selection
from modelyard.load import layout
from modelyard.pipeline.changed import changed_models, changed_paths
from modelyard.subjects.kinds import place_of_path

_JUDGED_BY = f"{layout.GATE.rpartition('/')[0]}/"  # a change of the policy concerns every file


def of_models(selection: Selection, models: frozenset[str]) -> Selection:
    """The files of these models, wherever they lie."""
    return _only(selection, lambda path: place_of_path(path).model in models)


def of_environments(selection: Selection, environments: frozenset[str]) -> Selection:
    """The files of these environments."""
    return _only(selection, lambda path: place_of_path(path).environment in environments)


@dataclasses.dataclass(frozen=True)
class Change:
    """What commits and edits concern: these paths, and all that is of these models. ``models`` None: all."""

    paths: frozenset[str]
    models: frozenset[str] | None

    @classmethod
    def since(cls, root: Path, revision: str) -> Change:
        """What changed since the revision. Raises UsageError where Git cannot tell."""
        paths = frozenset(changed_paths(root, revision))
        if any(path.startswith(_JUDGED_BY) or path.endswith("CODEOWNERS") for path in paths):
            return cls(paths, None)
        models = changed_models(root, revision)
        return cls(paths, frozenset(models) if models is not None else None)

    def files(self, selection: Selection) -> Selection:
        """Those of the files that may be judged differently now."""
        if self.models is None:
            return selection
        models = self.models
        return _only(selection, lambda path: path in self.paths or place_of_path(path).model in models)


def _only(selection: Selection, wanted: Callable[[str], bool]) -> Selection:
    return dataclasses.replace(selection, files=tuple(path for path in selection.files if wanted(path)))
