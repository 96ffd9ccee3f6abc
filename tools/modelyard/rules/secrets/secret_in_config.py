"""A credential stands in a configuration value."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, WHY, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-config",
    level=Level.CRITICAL,
    summary="A credential stands in a configuration value.",
    why=WHY,
    fix=FIX,
    subject=Whole,
    check=tells("config", "the value"),
    source="OWASP Secrets Management Cheat Sheet",
)
