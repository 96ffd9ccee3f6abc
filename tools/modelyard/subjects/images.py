"""Uses of images, and the variables in references to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import ImageUse, Platform
from modelyard.subjects.gathering import Gathering, branches, describe, is_function, text_of

dollar = re.compile(r"\$(?:\$|\{([^{}]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
parameter = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?", re.DOTALL)
sub_variable = re.compile(r"\$\{[^!}][^}]*\}")


def image_use(
    gathering: Gathering,
    value: Any,
    path: Path,
    resource: str,
    platform: Platform,
    reference: str | None,
) -> ImageUse:
    """Adds and gives the use of an image; ``value`` is what is written at ``path``."""
    use = ImageUse(
        document=gathering.document,
        path=path,
        resource=resource,
        reference=reference,
        written=text_of(value),
        is_base=False,
        platform=platform,
    )
    gathering.add(use)
    return use


def container_image(
    gathering: Gathering, value: Any, path: Path, resource: str, platform: Platform
) -> ImageUse | None:
    """The image of a container: a text, or a function of CloudFormation. None where there is none.

    Every branch of an Fn::If is a use; the first one is given.
    """
    if type(value) is str:
        return image_use(gathering, value, path, resource, platform, value) if value else None
    if value is None:
        return None
    uses = []
    region = gathering.document.place.region
    for place, one in branches(value, path):
        if isinstance(one, str) or is_function(one):
            uses.append(image_use(gathering, one, place, resource, platform, known_reference(one, region)))
        elif one is not None:
            gathering.malformed(place, resource, f"an image is to be a string, and is {describe(one)}")
    return uses[0] if uses else None


def known_reference(value: Any, region: str) -> str | None:
    """The reference that a text, an Fn::Sub or an Fn::Join gives; None where a part of it is not known.

    ``region`` is where the template belongs, or empty; it gives the pseudo parameters that follow from it.
    """
    if isinstance(value, str):
        return value
    text = text_of(value)
    if region:
        china = region.startswith("cn-")
        suffix = "amazonaws.com.cn" if china else "amazonaws.com"
        text = text.replace("${AWS::Region}", region).replace("${AWS::URLSuffix}", suffix)
    if sub_variable.search(text):
        return None
    return text.replace("${!", "${")


def interpolate(text: str, values: Mapping[str, str] | None = None) -> str | None:
    """``text`` with the variables of compose filled in, from ``values`` or their defaults.

    None where a variable has neither. ``$$`` is a dollar. Compose Specification, "Interpolation".
    """
    known: Mapping[str, str] = {} if values is None else values
    parts: list[str] = []
    position = 0
    for match in dollar.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        if match.group() == "$$":
            parts.append("$")
            continue
        inner = parameter.fullmatch(match[1] if match[1] is not None else match[2])
        value = None if inner is None else substitute(inner, known)
        if value is None:
            return None
        parts.append(value)
    return "".join(parts) + text[position:]


def substitute(match: re.Match[str], known: Mapping[str, str]) -> str | None:
    """The value of one ``${NAME}``, ``${NAME:-default}``, ``${NAME:+other}`` or ``${NAME:?error}``."""
    name, operator, word = match[1], match[2] or "", match[3] or ""
    value = known.get(name)
    present = value is not None and (value != "" or ":" not in operator)
    if operator.endswith("-"):
        return value if present else word
    if operator.endswith("+"):
        return word if present else ""
    return value if value is not None and (present or not operator) else None
