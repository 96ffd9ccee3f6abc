"""A credential stands in an environment variable."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, WHY, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-environment",
    level=Level.CRITICAL,
    summary="A credential stands in an environment variable.",
    why=WHY,
    fix=FIX,
    subject=Whole,
    check=tells("environment", "the environment variable"),
    source="OWASP Secrets Management Cheat Sheet",
)
