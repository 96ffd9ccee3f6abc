"""A probe or lifecycle hook goes to a host that it names (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-host-probes-and-host-lifecycle",
    "hostProbesAndHostLifecycle",
    Level.MEDIUM,
    summary="A probe or lifecycle hook goes to a host that it names",
    why=(
        "The kubelet sends it from the node's own network, so that whoever writes the pod can"
        " send requests to the instance metadata service or to what listens on the node's "
        "loopback."
    ),
    fix=(
        "Remove host; without it the probe goes to the pod's own address. A name for a "
        "virtual host goes into httpHeaders as Host."
    ),
)
