"""Values and paths as messages show them."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path

# Longer values are cut: they are here to be recognised, not to be read.
_LONGEST = 120


def shown(value: Any) -> str:
    """A value in a message: ``true``, ``0``, ``'NET_ADMIN'``, ``a list``."""
    if isinstance(value, str):
        from modelyard.findings.visible import clip, visible

        return f"'{visible(clip(value, _LONGEST))}'"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f"a {type(value).__name__}"


def _number(value: int | float) -> str:
    # Python refuses to write out integers of thousands of digits.
    if isinstance(value, int) and value.bit_length() > 128:
        return "a huge number"
    return repr(value)


def numbered(path: Path) -> str:
    """A path with its indexes: ``spec.containers[0].securityContext``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def dotted(path: Path) -> str:
    """A path as people write it, without the indexes: ``securityContext.capabilities.add``."""
    from modelyard.findings.visible import visible

    return ".".join(visible(part) for part in path if isinstance(part, str))
