"""The pod has an SELinux user, role or type that is not made for containers (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-se-linux-options",
    "seLinuxOptions",
    Level.MEDIUM,
    summary="The pod has an SELinux user, role or type that is not made for containers",
    why="Types such as spc_t confine nothing, and users and roles lead to types that do not either.",
    fix=(
        "Remove type, user and role from seLinuxOptions, or use container_t, "
        "container_init_t, container_kvm_t or container_engine_t as type."
    ),
)
