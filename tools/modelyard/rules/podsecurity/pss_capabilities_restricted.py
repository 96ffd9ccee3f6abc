"""A container keeps or adds capabilities (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-capabilities-restricted",
    "capabilities_restricted",
    Level.MEDIUM,
    summary="A container keeps or adds capabilities",
    why=(
        "The default set still lets a process read others' files, change owners and make "
        "device nodes, none of which a model server needs."
    ),
    fix="Set capabilities.drop: [ALL] on the container; add nothing but NET_BIND_SERVICE.",
)
