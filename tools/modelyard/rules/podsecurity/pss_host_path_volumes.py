"""The pod mounts a path of the host (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-host-path-volumes",
    "hostPathVolumes",
    Level.HIGH,
    summary="The pod mounts a path of the host",
    why=(
        "A path of the host leads to the kubelet's credentials, the runtime's socket or other"
        " pods' files, and stays behind when the pod is gone."
    ),
    fix="Use an emptyDir, a persistentVolumeClaim or a csi volume.",
)
