"""One document of a file, as plain data, that can say where each of its values stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from modelyard.findings import Location

# From a document's root to a value: keys of mappings, indexes of lists.
Path = tuple[str | int, ...]

Kind = Literal[
    "kubernetes",  # one object; List kinds are taken apart
    "compose",
    "cloudformation",
    "task-definition",  # what `aws ecs register-task-definition --cli-input-json` takes
    "sagemaker",  # the input of a SageMaker API call, as JSON or YAML
    "iam-policy",  # a policy document by itself
    "dockerfile",
    "workflow",  # of GitHub Actions; composite actions too
    "codeowners",
    "model",  # models/<model>/model.yaml, the manifest in a release, and overrides
    "environment",
    "base-images",
    "other",  # any other YAML or JSON
]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose file it is, as its path in the repository says; empty where the path does not say."""

    model: str = ""
    environment: str = ""
    target: str = ""
    region: str = ""


@dataclass(frozen=True)
class Document:
    """One document. ``data`` is dict with str keys, list, str, int, float, bool or None.

    ``index`` counts the documents of the file from 0. ``find`` gives the place of a value; a path that
    leads nowhere gives the place of the last value on the way.
    """

    path: str
    kind: Kind
    data: Any = field(repr=False)  # it may hold secrets, and a repr ends in a traceback
    find: Callable[[Path], Location] = field(compare=False, repr=False)
    index: int = 0
    place: Place = Place()

    def locate(self, path: Path) -> Location:
        """Where the value of ``path`` stands in the file."""
        return self.find(path)
