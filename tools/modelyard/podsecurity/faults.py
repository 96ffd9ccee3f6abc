"""How faults are worded, the same in all controls."""

from __future__ import annotations

from typing import Any

from modelyard.podsecurity.control import Fault
from modelyard.podsecurity.view import Holder
from modelyard.podsecurity.words import dotted, shown
from modelyard.subjects.document import Path


def fault(holder: Holder, path: Path, value: Any, message: str) -> Fault:
    """A value that is not allowed; ``path`` leads to it from the holder, ``message`` says what it does."""
    who = holder.who
    evidence = f"{who} {dotted(path)} {shown(value)}"
    return Fault((*holder.path, *path), f"{who if holder.path else 'the pod'} {message}", evidence)


def misshapen(holder: Holder, path: Path, value: Any, wanted: str) -> Fault:
    """A value that is not ``wanted`` ("a boolean", "a list"), so that nobody can say what it means."""
    return fault(holder, path, value, f"has {shown(value)} as {dotted(path)}, and it has to be {wanted}")
