"""A container may run as root (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-run-as-non-root",
    "runAsNonRoot",
    Level.HIGH,
    summary="A container may run as root",
    why=(
        "Nothing keeps an image whose user is root, or unknown, from starting; root in a "
        "container is root to the kernel in each of its bugs."
    ),
    fix="Set runAsNonRoot: true in the pod's or in each container's securityContext.",
)
