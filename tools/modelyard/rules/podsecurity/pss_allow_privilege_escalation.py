"""A container may gain more rights than it started with (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-allow-privilege-escalation",
    "allowPrivilegeEscalation",
    Level.MEDIUM,
    summary="A container may gain more rights than it started with",
    why=("A set-user-ID program in the image is enough to become root, whoever the container started as."),
    fix="Set securityContext.allowPrivilegeEscalation: false on the container.",
)
