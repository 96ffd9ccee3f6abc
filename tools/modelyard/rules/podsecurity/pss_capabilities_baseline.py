"""A container adds a capability beyond the runtime's default set (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-capabilities-baseline",
    "capabilities_baseline",
    Level.HIGH,
    summary="A container adds a capability beyond the runtime's default set",
    why=(
        "SYS_ADMIN, NET_ADMIN, SYS_PTRACE and others undo the isolation of a container, and "
        "NET_RAW lets it forge its neighbours' packets."
    ),
    fix="Remove the capability from securityContext.capabilities.add.",
)
