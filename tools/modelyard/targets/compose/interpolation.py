"""Variables of the developer's shell, and keeping everything else from becoming one.

Compose replaces ``$NAME`` and ``${NAME}`` in every value; ``$$`` is a dollar sign
(https://docs.docker.com/reference/compose-file/interpolation/).
"""

from __future__ import annotations

from modelyard.artifact import Plain


class Interpolated(str):
    """Text whose ``${...}`` Compose is meant to replace."""


def required(variable: str, what: str) -> Interpolated:
    """The variable's value; Compose refuses to start, and says ``what`` it is, where it is not set."""
    return Interpolated(f"${{{variable}:?set {variable} to {what}}}")


def optional(variable: str, default: int) -> Interpolated:
    """The variable's value, or the default."""
    return Interpolated(f"${{{variable}:-{default}}}")


def escaped(value: Plain) -> Plain:
    """A copy in which no string but ``Interpolated`` ones holds anything to replace."""
    if isinstance(value, Interpolated):
        return str(value)
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return value
