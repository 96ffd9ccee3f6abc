"""Policies of IAM: their statements. Names: IAM user guide, "JSON policy element reference"."""

from __future__ import annotations

from typing import Any, Literal

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Said, Statement
from modelyard.subjects.gathering import Gathering, branches, is_function, text_of

Scope = Literal["identity", "trust", "resource"]
assume = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")


def gather(gathering: Gathering) -> None:
    """The statements of a policy document by itself: its owner is the name of the file."""
    data = gathering.document.data
    name = gathering.document.path.rpartition("/")[2].rpartition(".")[0]
    if isinstance(data, dict):
        add_policy(gathering, data, (), name, scope_of(data), "statement")
    else:
        gathering.wrong((), "", "a policy", "a mapping", data)


def scope_of(policy: dict[str, Any]) -> Scope:
    """What a policy is for, by itself: one with principals is of a resource, or of who may be a role."""
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    held = [one for one in listed if isinstance(one, dict) and ("Principal" in one or "NotPrincipal" in one)]
    if not held:
        return "identity"
    actions = [str(action).lower() for one in held for action in as_list(one.get("Action"))]
    return "trust" if actions and all(action.startswith(assume) for action in actions) else "resource"


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def add_policy(
    gathering: Gathering, policy: Any, path: Path, owner: str, scope: Scope, word: str, first: int = 0
) -> int:
    """Adds the statements of a policy document; ``first`` is the number of its first one.

    Gives the number of the next statement, for owners of several policies.
    """
    number = first
    for base, one in branches(policy, path):
        if not isinstance(one, dict):
            if one is not None:
                gathering.wrong(base, owner, "a policy document", "a mapping", one)
            continue
        if is_function(one):
            continue
        statements = one.get("Statement")
        place = (*base, "Statement")
        if isinstance(statements, dict) and not is_function(statements):
            add_statement(gathering, statements, place, owner, scope, f"{word}/{sid(statements, number)}")
            number += 1
            continue
        if statements is None:
            gathering.malformed(base, owner, "a policy document has to have a Statement")
        entries = [] if statements is None else gathering.items(statements, place, owner, "Statement")
        for where, item in entries:
            if isinstance(item, dict):
                add_statement(gathering, item, where, owner, scope, f"{word}/{sid(item, number)}")
            else:
                gathering.wrong(where, owner, "a statement", "a mapping", item)
            number += 1
    return number


def sid(statement: dict[str, Any], number: int) -> str:
    """The name of a statement in its address: its Sid, else its number from 0."""
    return text_of(statement.get("Sid")) or str(number)


def add_statement(
    gathering: Gathering, item: dict[str, Any], path: Path, owner: str, scope: Scope, name: str
) -> None:
    resource = f"{owner} {name}" if owner else name
    gathering.add(
        Statement(
            document=gathering.document,
            path=path,
            resource=resource,
            scope=scope,
            owner=owner,
            effect=text_of(item.get("Effect")),
            actions=gathering.texts(item, "Action", path, resource),
            not_actions=gathering.texts(item, "NotAction", path, resource),
            resources=listed(gathering, item, "Resource", path, resource),
            not_resources=listed(gathering, item, "NotResource", path, resource),
            principals=principals(gathering, item, path, resource),
            conditions=conditions(gathering, item, path, resource),
        )
    )


def listed(
    gathering: Gathering, holder: dict[str, Any], key: str, path: Path, resource: str
) -> tuple[Said[str], ...]:
    """The texts at a key that can be one text, one function, or a list of them."""
    value = holder.get(key)
    if type(value) is not dict:
        return gathering.texts(holder, key, path, resource)
    if not is_function(value):
        gathering.wrong((*path, key), resource, key, "a string or a list", value)
    return of_branches(gathering, value, (*path, key), resource, key)


def of_branches(
    gathering: Gathering, value: Any, path: Path, resource: str, what: str
) -> tuple[Said[str], ...]:
    """The texts of every branch of an Fn::If."""
    found: list[Said[str]] = []
    for place, one in branches(value, path):
        if isinstance(one, list):
            found += [
                Said(text_of(item), where) for where, item in gathering.items(one, place, resource, what)
            ]
        elif one is not None:
            found.append(Said(text_of(one), place))
    return tuple(found)


def principals(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str
) -> tuple[Said[str], ...]:
    """Who it is for: ``*``, or kind and name of each. NotPrincipal is everybody but a few, so it is ``*``."""
    found: list[Said[str]] = []
    if item.get("NotPrincipal") is not None:
        found.append(Said("*", (*path, "NotPrincipal")))
    value = item.get("Principal")
    place = (*path, "Principal")
    if isinstance(value, dict) and not is_function(value):
        for kind in value:
            found += [
                Said(f"{kind}:{one.value}", one.path)
                for one in listed(gathering, value, kind, place, resource)
            ]
    elif isinstance(value, str):
        found.append(Said(value if value == "*" else f"AWS:{value}", place))
    elif value is not None:
        gathering.wrong(place, resource, "Principal", "a mapping or *", value)
        found.append(Said("*", place))
    return tuple(found)


def conditions(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Operator, key and values of each condition."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    place = (*path, "Condition")
    value = gathering.mapping(item, "Condition", path, resource)
    for operator in value:
        keys = gathering.mapping(value, operator, place, resource)
        found[operator] = {
            key: tuple(one.value for one in listed(gathering, keys, key, (*place, operator), resource))
            for key in keys
        }
    return found
