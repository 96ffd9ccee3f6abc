"""A credential stands in an address or a connection string."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-url",
    level=Level.CRITICAL,
    summary="A credential stands in an address or a connection string.",
    why="Addresses are logged by every client, proxy and stack trace that they pass through.",
    fix=FIX,
    subject=Whole,
    check=tells("url", "the address in"),
    source="OWASP Secrets Management Cheat Sheet",
)
