"""Which role a value means: an ARN, a name, or a role of the same template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from modelyard.subjects.document import Document

_SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.Arn)?\}")
# A part may be a function of CloudFormation, which has colons of its own: ${AWS::AccountId}.
_PART = r"(?:\$\{[^}]*\}|[^:$]*)"
_ARN = re.compile(rf"arn:{_PART}:iam::({_PART}):role/(.+)")


def logical_id(value: Any) -> str:
    """The logical id that a ``Ref``, ``Fn::GetAtt`` or ``Fn::Sub`` names, or nothing."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return ""
    function, argument = next(iter(value.items()))
    if function == "Ref" and isinstance(argument, str):
        return argument
    if function in ("Fn::GetAtt", "GetAtt"):
        parts = argument.split(".") if isinstance(argument, str) else argument
        return str(parts[0]) if isinstance(parts, list) and parts else ""
    if function in ("Fn::Sub", "Sub") and isinstance(argument, str):
        match = _SUB.fullmatch(argument)
        return match.group(1) if match else ""
    return ""


def identity(value: Any, document: Document) -> str:
    """A text that two values share if they mean the same role; nothing where that cannot be known.

    A role's name without its account is enough: both values stand in the same document.
    """
    if isinstance(value, str):
        return _short(value)
    name = logical_id(value)
    if name:
        return _named(name, document)
    if not isinstance(value, Mapping):
        return ""
    text = value.get("Fn::Sub")
    return _short(text) if isinstance(text, str) else f"function:{value!r}"


def _short(text: str) -> str:
    match = _ARN.fullmatch(text)
    return match.group(2).rpartition("/")[2] if match else text


def account(value: Any) -> str:
    """The account of a role's ARN, or nothing."""
    match = _ARN.fullmatch(value) if isinstance(value, str) else None
    return match.group(1) if match else ""


def _named(logical: str, document: Document) -> str:
    """The name that the template gives its role, or its logical id in the file."""
    resources = document.data.get("Resources") if isinstance(document.data, Mapping) else None
    found = resources.get(logical) if isinstance(resources, Mapping) else None
    properties = found.get("Properties") if isinstance(found, Mapping) else None
    name = properties.get("RoleName") if isinstance(properties, Mapping) else None
    return name if isinstance(name, str) else f"{document.path}#{logical}"
