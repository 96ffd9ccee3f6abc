"""A container sees /proc without its masks (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-proc-mount",
    "procMount",
    Level.MEDIUM,
    summary="A container sees /proc without its masks",
    why=(
        "The masks hide what tells of the host and what changes the kernel; only in a user "
        "namespace of its own is a container harmless without them."
    ),
    fix="Remove procMount, or set it to Default.",
)
