"""The pod switches seccomp off (baseline)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-seccomp-profile-baseline",
    "seccompProfile_baseline",
    Level.HIGH,
    summary="The pod switches seccomp off",
    why=(
        "Unconfined, a container reaches every system call of the kernel, and with them the "
        "bugs by which containers are left."
    ),
    fix="Use RuntimeDefault, or Localhost with a profile of your own, as seccompProfile.type.",
)
