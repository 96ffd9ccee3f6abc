"""The pod takes away or replaces the runtime's AppArmor profile (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-app-armor-profile",
    "appArmorProfile",
    Level.MEDIUM,
    summary="The pod takes away or replaces the runtime's AppArmor profile",
    why=(
        "The profile keeps a container from /proc, /sys and mounts that it has no business "
        "with; unconfined, nothing does."
    ),
    fix="Remove appArmorProfile and its annotation, or use RuntimeDefault or Localhost.",
)
