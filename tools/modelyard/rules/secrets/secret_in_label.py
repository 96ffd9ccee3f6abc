"""A credential stands in a label, a tag or an annotation."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-label",
    level=Level.CRITICAL,
    summary="A credential stands in a label, a tag or an annotation.",
    why=(
        "Labels and annotations are shown to everyone who may list the objects or pull the image, and "
        "are logged widely."
    ),
    fix=FIX,
    subject=Whole,
    check=tells("label", "the label or annotation"),
    source="OWASP Secrets Management Cheat Sheet",
)
