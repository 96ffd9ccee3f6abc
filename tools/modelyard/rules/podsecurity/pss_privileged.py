"""A container is privileged (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-privileged",
    "privileged",
    Level.CRITICAL,
    summary="A container is privileged",
    why=(
        "All devices, all capabilities, no seccomp, no AppArmor: whoever runs code in it owns"
        " the node and the roles of every pod there."
    ),
    fix=(
        "Remove securityContext.privileged, or set it to false; a GPU or a Neuron device "
        "comes by its device plugin's resource."
    ),
)
