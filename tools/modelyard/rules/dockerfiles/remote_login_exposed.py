"""A port by which people log in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import keyword, shell, text
from modelyard.subjects.facts import Instruction

_PORTS = {22: "SSH", 23: "telnet", 513: "rlogin", 2375: "Docker's API without TLS", 3389: "RDP", 5900: "VNC"}
_RANGE = re.compile(r"(?<![\w.])(\d{1,5})(?:-(\d{1,5}))?(?:/(?:tcp|udp))?(?=\s|$)", re.IGNORECASE)
_SERVER = re.compile(
    r"\b(?:install|add)\b[^;&|\n]*\s(?:openssh-server|dropbear|telnetd|openssh)(?=\s|[=;&|]|$)"
)


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """EXPOSE of such a port, or a package that opens one."""
    if keyword(instruction) == "EXPOSE":
        for first, last in _RANGE.findall(text(instruction)):
            for port, name in _PORTS.items():
                if int(first) <= port <= int(last or first):
                    yield Problem(instruction.path, f"port {port} is that of {name}", evidence=str(port))
    elif _SERVER.search(shell(instruction)):
        yield Problem(instruction.path, "a server for remote logins is installed")


RULE = Rule(
    id="remote-login-exposed",
    level=Level.MEDIUM,
    summary="The image offers a remote login.",
    why="It is one more password or key to lose, and nothing that happens in it is logged or reviewed.",
    fix="Leave it out; where it is allowed, `aws ecs execute-command` and `kubectl exec` log who came.",
    subject=Instruction,
    check=check,
    source="CIS Docker Benchmark 5.7",
)
