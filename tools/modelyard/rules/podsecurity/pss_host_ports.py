"""A container takes a port of the host (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-host-ports",
    "hostPorts",
    Level.MEDIUM,
    summary="A container takes a port of the host",
    why=(
        "It is reached by the node's address, past Services and network policies, and only "
        "one such pod fits on a node."
    ),
    fix="Remove hostPort and publish the pod by a Service.",
)
