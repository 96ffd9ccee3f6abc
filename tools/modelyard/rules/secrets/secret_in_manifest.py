"""A credential stands in a manifest, an override, a release or an environment."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, WHY, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-manifest",
    level=Level.CRITICAL,
    summary="A credential stands in a manifest, an override, a release or an environment.",
    why=WHY,
    fix=FIX,
    subject=Whole,
    check=tells("manifest", "the manifest's field"),
    source="OWASP Secrets Management Cheat Sheet",
)
