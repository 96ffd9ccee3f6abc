"""A container runs without a seccomp profile (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-seccomp-profile-restricted",
    "seccompProfile_restricted",
    Level.MEDIUM,
    summary="A container runs without a seccomp profile",
    why=(
        "Without one a cluster's default is none: every system call of the kernel is open, "
        "and with them the bugs by which containers are left."
    ),
    fix="Set seccompProfile.type: RuntimeDefault in the pod's securityContext.",
)
