"""A Kubernetes Secret with its values is committed."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.api import Rule
from modelyard.rules.secrets._shared import tells
from modelyard.subjects.facts import Whole

RULE = Rule(
    id="secret-in-kubernetes-secret",
    level=Level.CRITICAL,
    summary="A Kubernetes Secret with its values is committed.",
    why=(
        "Base64 is no encryption: whoever reads the repository has the values, and they stay in Git's "
        "history."
    ),
    fix="Revoke the values; commit an ExternalSecret, or a SealedSecret or SOPS file that is encrypted.",
    subject=Whole,
    check=tells("kubernetes-secret", "the Secret's entry"),
    source="Kubernetes documentation: Good practices for Kubernetes Secrets",
)
