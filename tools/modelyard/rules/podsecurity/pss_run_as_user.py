"""A container runs as root (restricted)."""

from __future__ import annotations

from modelyard.detections import Level
from modelyard.rules.podsecurity._shared import pod_security_rule

RULE = pod_security_rule(
    "pss-run-as-user",
    "runAsUser",
    Level.HIGH,
    summary="A container runs as root",
    why="Root in a container is root to the kernel in each of its bugs, and owns what it mounts.",
    fix="Remove runAsUser, or use an id other than 0.",
)
