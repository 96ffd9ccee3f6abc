"""The pod shares a namespace of the host (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-host-namespaces",
    "hostNamespaces",
    Level.HIGH,
    summary="The pod shares a namespace of the host",
    why=(
        "It sees the host's network, processes or shared memory, and with them what other "
        "pods and the kubelet do; network policies do not hold it."
    ),
    fix="Remove hostNetwork, hostPID and hostIPC, or set them to false.",
)
