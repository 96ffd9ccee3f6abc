"""seccomp, AppArmor or SELinux taken away from a container of compose or ECS.

Pods are judged by the rules of the Pod Security Standards.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import name_of, of, written
from modelyard.subjects.facts import Container

_KEYS = {"compose": "security_opt", "ecs": "dockerSecurityOptions"}
_OFF = frozenset(
    {
        "seccomp:unconfined",
        "apparmor:unconfined",
        "label:disable",
        "systempaths:unconfined",
        "label:type:spc_t",
    }
)


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Options are written with a colon or an equals sign."""
    key = _KEYS.get(container.platform)
    mapping = written(container) if key else {}
    options = of(mapping, key) if key else None
    for index, option in enumerate(options if isinstance(options, list) else ()):
        if isinstance(option, str) and option.strip().lower().replace("=", ":") in _OFF:
            place = key if key in mapping else "DockerSecurityOptions"
            message = f"{name_of(container)} runs with {option}"
            yield Problem((*container.path, str(place), index), message, evidence=option)


RULE = Rule(
    id="security-profile-off",
    level=Level.HIGH,
    summary="A container runs without the kernel's filters.",
    why="seccomp, AppArmor and SELinux keep it from the system calls that break-outs are made of.",
    fix="Take the option out: the runtime's own profile lets every ordinary server through.",
    subject=Container,
    check=check,
    source="https://docs.docker.com/engine/security/seccomp/",
)
