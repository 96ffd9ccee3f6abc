"""The pod sets a sysctl that is not a safe one (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-sysctls",
    "sysctls",
    Level.MEDIUM,
    summary="The pod sets a sysctl that is not a safe one",
    why=(
        "Sysctls that are not a pod's own change the kernel for everyone on the node, or "
        "switch its defences off."
    ),
    fix="Remove the sysctl, or set it on the nodes by the node group's configuration.",
)
