"""A credential stands in a command line."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-command",
    level=Level.CRITICAL,
    summary="A credential stands in a command line.",
    why=(
        "Command lines are shown by the process list, by `docker inspect` and `kubectl describe`, and "
        "kept in logs."
    ),
    fix=FIX,
    subject=Whole,
    check=tells("command", "the command"),
    source="OWASP Secrets Management Cheat Sheet",
)
