"""The texts of a document: under which name each stands, and in what sort of place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from modelyard.subjects.document import Document, Path

Place = Literal[
    "environment", "build-argument", "label", "command", "kubernetes-secret", "manifest", "config"
]

_ENVIRONMENT = frozenset({"env", "environment", "Environment", "Variables", "environmentVariables"})
_LABELS = frozenset(
    {
        "labels",
        "annotations",
        "Tags",
        "tags",
        "matchLabels",
        "dockerLabels",
        "DockerLabels",
        "Labels",
        "nodeSelector",
    }
)
_COMMANDS = frozenset(
    {
        *("command", "args", "Command", "EntryPoint", "entryPoint", "entrypoint", "run", "test", "UserData"),
        *("ContainerEntrypoint", "ContainerArguments", "entrypointOverride", "user_data", "script"),
    }
)
_MANIFESTS = frozenset({"model", "environment", "base-images"})
_NAMES_IN_ORDER = ("name", "Name", "key", "Key", "ParameterKey", "parameterKey", "variable")
_NAMES = frozenset(_NAMES_IN_ORDER)
_VALUES = frozenset({"value", "Value", "ParameterValue", "parameterValue", "default", "Default"})
# What functions of CloudFormation give is named by the property that they stand under.
_FUNCTIONS = frozenset(
    {"Fn::Sub", "Fn::Join", "Fn::Base64", "Fn::If", "Fn::Select", "Fn::Split", "Fn::Transform"}
)
_REFERENCES = frozenset(
    {
        "Ref",
        "Fn::GetAtt",
        "Fn::ImportValue",
        "valueFrom",
        "secretKeyRef",
        "configMapKeyRef",
        "remoteRef",
        "ValueFrom",
    }
)
_BUILD_ARGUMENTS = frozenset({"BuildArgs", "buildArgs", "build_args", "build-args"})
# Keys that say what sort of place is below them.
_TELLING = _ENVIRONMENT | _LABELS | _COMMANDS | _BUILD_ARGUMENTS


class Leaf(NamedTuple):
    """One text of a document.

    ``known`` is whether it is used as it stands by whoever reads ``name``: an environment variable, say, and
    not any field that happens to be called like one. ``flag`` is an option of a command line that takes it.
    """

    path: Path
    name: str
    value: str
    place: Place
    known: bool


# The way to a value as pairs of the way to what holds it and the last step: made for every value, and turned
# into a path only for those that are something.
Way = tuple["Way", "str | int"] | tuple[()]
# Name, value, whether it is known: is anything to be looked for in it at all?
Doubtful = Callable[[str, str, bool], bool]


def leaves(document: Document, doubtful: Doubtful) -> list[Leaf]:
    """Every text of a document that is data and ``doubtful``, except the values of a Kubernetes Secret.

    Documents of one model hold the same texts over and over, and there are millions: this collects into a
    list, without a generator for each level.
    """
    start: Place = "manifest" if document.kind in _MANIFESTS else "config"
    walk = _Walk(doubtful)
    walk.value(document.data, (), "", start, _is_config_map(document), document.kind == "kubernetes")
    return walk.found


def _is_config_map(document: Document) -> bool:
    data = document.data
    return document.kind == "kubernetes" and isinstance(data, dict) and data.get("kind") == "ConfigMap"


def _path(way: Way) -> Path:
    steps: list[str | int] = []
    while way:
        way, step = way
        steps.append(step)
    return tuple(reversed(steps))


class _Walk:
    """Goes through one document, and keeps what is doubtful."""

    def __init__(self, doubtful: Doubtful) -> None:
        self.found: list[Leaf] = []
        self._doubtful = doubtful

    def value(self, value: Any, way: Way, name: str, place: Place, known: bool, top: bool = False) -> None:
        """Whatever a value is; strings of three characters hold nothing."""
        kind = type(value)
        if kind is str:
            if len(value) > 3:
                self._keep(way, name, value, place, known)
        elif kind is dict:
            self._mapping(value, way, name, place, known, top)
        elif kind is list:
            self._sequence(value, way, name, place, known)
        elif kind is int and known and value > 99999:
            self._keep(way, name, str(value), place, known)

    def _keep(self, way: Way, name: str, value: str, place: Place, known: bool) -> None:
        if self._doubtful(name, value, known):
            self.found.append(Leaf(_path(way), name, value, place, known))

    def _mapping(
        self, value: Mapping[str, Any], way: Way, name: str, place: Place, known: bool, top: bool
    ) -> None:
        own = ""
        if not _NAMES.isdisjoint(value):
            own = next((value[key] for key in _NAMES_IN_ORDER if isinstance(value.get(key), str)), "")
        secret = top and value.get("kind") == "Secret"
        hidden = "NoEcho" in value and str(value["NoEcho"]).lower() == "true"
        for key, below in value.items():
            if key in _REFERENCES or (secret and key in ("data", "stringData")):
                continue
            if key in _VALUES and (own or key in ("Default", "default")):
                called = f"{name} password" if hidden else own or name
                self.value(below, (way, key), called, place, known or hidden)
                continue
            called = name if key in _FUNCTIONS else key
            if key in _TELLING or place == "manifest":
                self.value(below, (way, key), called, *_place_of(key, name, below, place, known))
            else:
                self.value(below, (way, key), called, place, known)

    def _sequence(self, value: Sequence[Any], way: Way, name: str, place: Place, known: bool) -> None:
        previous = ""
        assigned = place in ("environment", "build-argument") or (place == "manifest" and known)
        for index, below in enumerate(value):
            step = (way, index)
            if not isinstance(below, str):
                self.value(below, step, name, place, known)
                continue
            if assigned:
                variable, equals, rest = below.partition("=")
                self._keep(step, variable if equals else name, rest if equals else below, place, known)
            elif previous.startswith("-") and "=" not in previous and not below.startswith("-"):
                self._keep(step, previous.lstrip("-"), below, place, True)
            else:
                self.value(below, step, name if place != "command" else "", place, known)
            previous = below


def _place_of(key: str, parent: str, below: Any, place: Place, known: bool) -> tuple[Place, bool]:
    """The sort of place below a key, and whether values there are used as they stand."""
    if place == "manifest":
        return place, known or key in _ENVIRONMENT
    if key in _ENVIRONMENT and isinstance(below, (dict, list)):
        return "environment", True
    if key in _LABELS and isinstance(below, (dict, list)):
        return "label", False
    if key == "args" and (isinstance(below, dict) or parent == "build"):
        return "build-argument", True
    if key in _COMMANDS and not isinstance(below, dict):
        return "command", False
    if key in _BUILD_ARGUMENTS:
        return "build-argument", True
    return place, known
