"""A credential is a build argument."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import FIX, tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-build-argument",
    level=Level.CRITICAL,
    summary="A credential is a build argument.",
    why="Build arguments are kept in the image's history: whoever may pull the image reads them.",
    fix=FIX,
    subject=Whole,
    check=tells("build-argument", "the build argument"),
    source="Docker documentation: Build checks, SecretsUsedInArgOrEnv",
)
