"""A container runs as a process of the Windows host (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-windows-host-process",
    "windowsHostProcess",
    Level.CRITICAL,
    summary="A container runs as a process of the Windows host",
    why="A HostProcess container is no container: it has the host's files, network and rights.",
    fix="Remove windowsOptions.hostProcess, or set it to false.",
)
