"""The pod has a shape in which nobody can check it (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-readable-pod",
    "readablePod",
    Level.HIGH,
    summary="The pod has a shape in which nobody can check it",
    why=(
        "A spec, a container or a securityContext of the wrong type is seen by no other "
        "control, and what a cluster or a tool on the way makes of it is anyone's guess."
    ),
    fix="Give the field the type that the API has for it.",
)
