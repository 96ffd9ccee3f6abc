"""The pod has a volume of a type that is not the pod's own (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-restricted-volumes",
    "restrictedVolumes",
    Level.MEDIUM,
    summary="The pod has a volume of a type that is not the pod's own",
    why=(
        "Network file systems and cloud disks named in a pod go past the PersistentVolumes "
        "that an administrator allows, with the node's own rights; drivers for some of them "
        "are no longer maintained."
    ),
    fix=(
        "Use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, "
        "projected or secret."
    ),
)
