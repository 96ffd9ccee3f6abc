"""A container sees /proc without its masks, be it in a user namespace (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-proc-mount-restricted",
    "procMount_restricted",
    Level.MEDIUM,
    summary="A container sees /proc without its masks, be it in a user namespace",
    why=(
        "Restricted keeps the masks in every pod: a user namespace does not hide what /proc "
        "tells of the host."
    ),
    fix="Remove procMount, or set it to Default.",
)
