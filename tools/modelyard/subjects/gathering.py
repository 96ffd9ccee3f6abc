"""Collects the facts of one document, and reads values whose shape nobody promised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import Malformed, Said, Subject

names = {
    dict: "a mapping",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}
yes = frozenset({"true", "yes", "on", "y", "1"})
no = frozenset({"false", "no", "off", "n", "0"})
NO_VALUE = {"Ref": "AWS::NoValue"}
Entry = tuple[Path, Any]


class Gathering:
    """The facts found so far. What has the wrong shape becomes a ``Malformed`` fact, and never an error."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Subject] = []

    def add(self, fact: Subject) -> None:
        self.found.append(fact)

    def malformed(self, path: Path, resource: str, message: str) -> None:
        """Says that the part at ``path`` could not be looked at."""
        self.found.append(Malformed(document=self.document, path=path, resource=resource, message=message))

    def wrong(self, path: Path, resource: str, what: str, wanted: str, value: Any) -> None:
        """Says that ``what`` is to be ``wanted`` and is something else."""
        self.malformed(path, resource, f"{what} is to be {wanted}, and is {describe(value)}")

    def mapping(self, holder: dict[str, Any], key: str, path: Path, resource: str) -> dict[str, Any]:
        """The mapping at a key of ``holder``, which stands at ``path``; empty where there is none."""
        value = holder.get(key)
        if isinstance(value, dict):
            return value
        if value is not None:
            self.wrong((*path, key), resource, key, "a mapping", value)
        return {}

    def mappings(
        self, holder: dict[str, Any], key: str, path: Path, resource: str
    ) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings in the list at a key of ``holder``, each with its path; what is none is malformed."""
        value = holder.get(key)
        if value is None:
            return []
        found: list[tuple[Path, dict[str, Any]]] = []
        for place, item in self.items(value, (*path, key), resource, key):
            if isinstance(item, dict):
                found.append((place, item))
            else:
                self.wrong(place, resource, f"an item of {key}", "a mapping", item)
        return found

    def items(self, value: Any, path: Path, resource: str, what: str) -> list[Entry]:
        """The items of a list, each with its path, and of every branch of an Fn::If."""
        found: list[Entry] = []
        for place, one in branches(value, path):
            if isinstance(one, list):
                for number, item in enumerate(one):
                    if type(item) is dict:
                        found += branches(item, (*place, number))
                    else:
                        found.append(((*place, number), item))
            elif one is not None:
                self.wrong(place, resource, what, "a list", one)
        return found

    def texts(self, holder: dict[str, Any], key: str, path: Path, resource: str) -> tuple[Said[str], ...]:
        """The texts in the list at a key; one text by itself counts as a list of one."""
        value = holder.get(key)
        if value is None:
            return ()
        if isinstance(value, (str, int, float)):
            return (Said(text_of(value), (*path, key)),)
        found: list[Said[str]] = []
        for place, item in self.items(value, (*path, key), resource, key):
            if isinstance(item, list) or (isinstance(item, dict) and not is_function(item)):
                self.wrong(place, resource, f"an item of {key}", "a string", item)
            else:
                found.append(Said(text_of(item), place))
        return tuple(found)

    def flag(
        self, holder: dict[str, Any], key: str, path: Path, resource: str, *, worst: bool
    ) -> Said[bool] | None:
        """The boolean at a key, or None. Of the branches of an Fn::If, and of what is unknown, the worst."""
        value = holder.get(key)
        if value is None:
            return None
        if isinstance(value, bool):
            return Said(value, (*path, key))
        said: Said[bool] | None = None
        for place, one in branches(value, (*path, key)):
            known = truth(one)
            if known is None and not is_function(one):
                self.wrong(place, resource, key, "a boolean", one)
            if known is None or known is worst:
                return Said(worst, place)
            said = Said(known, place)
        return said


def branches(value: Any, path: Path) -> list[Entry]:
    """The value itself, or each that an Fn::If of CloudFormation can have; AWS::NoValue is none."""
    if type(value) is not dict or len(value) != 1:
        return [(path, value)]
    if value == NO_VALUE:
        return []
    choice = value.get("Fn::If")
    if not isinstance(choice, list) or len(choice) != 3:
        return [(path, value)]
    inner = (*path, "Fn::If")
    return branches(choice[1], (*inner, 1)) + branches(choice[2], (*inner, 2))


def is_function(value: Any) -> bool:
    """Whether it is a function of CloudFormation: a mapping with the one key Ref or Fn::something."""
    if type(value) is not dict or len(value) != 1:
        return False
    name = next(iter(value))
    return name == "Ref" or name == "Condition" or str(name).startswith("Fn::")


def truth(value: Any) -> bool | None:
    """What a boolean says, in the spellings that any platform takes; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in yes else False if word in no else None
    return None


def text_of(value: Any) -> str:
    """A scalar as its platform reads it; a function of CloudFormation as text with ``${...}``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return function_text(value)
    if isinstance(value, list):
        return " ".join(text_of(one) for one in value)
    return str(value)


def function_text(value: dict[str, Any]) -> str:
    """A function of CloudFormation as text: literal parts as they are, the rest as ``${...}``."""
    if len(value) != 1:
        return "${function}"
    name, argument = next(iter(value.items()))
    if name == "Ref" and isinstance(argument, str):
        return "${" + argument + "}"
    if name == "Fn::GetAtt" and isinstance(argument, list):
        return "${" + ".".join(text_of(one) for one in argument) + "}"
    if name == "Fn::Sub":
        return text_of(argument[0]) if isinstance(argument, list) and argument else text_of(argument)
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:
        glue, pieces = argument
        if isinstance(glue, str) and isinstance(pieces, list):
            return glue.join(text_of(one) for one in pieces)
    if name == "Fn::Base64":
        return text_of(argument)
    return "${function}"


def describe(value: Any) -> str:
    """What a value is, for a message; never the value itself."""
    return names.get(type(value), "null")


def walk(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every mapping in a value with its path, the outer ones first."""
    waiting: list[Entry] = [(path, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            yield place, one
            waiting += [
                ((*place, key), inner) for key, inner in reversed(one.items()) if type(inner) in (dict, list)
            ]
        elif isinstance(one, list):
            waiting += [
                ((*place, number), inner)
                for number, inner in reversed(list(enumerate(one)))
                if type(inner) in (dict, list)
            ]
