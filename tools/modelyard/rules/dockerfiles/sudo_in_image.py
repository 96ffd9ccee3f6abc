"""An image in which a user can become root."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import shell
from modelyard.subjects.facts import Instruction

_MANAGERS = frozenset({"apt", "apt-get", "aptitude", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"})
_COMMAND_END = re.compile(r"[;&|\n]")
_SUDOERS = re.compile(
    r"\bNOPASSWD\b|/etc/sudoers|/etc/doas\.conf|\b(?:usermod|adduser|gpasswd|addgroup)\b[^;&|\n]*\b(?:sudo|wheel)\b"
)
_SECOND_ROOT = re.compile(
    r"\b(?:useradd|adduser|usermod)\b[^;&|\n]*\s(?:-u|--uid)[\s=]*0+(?=\s)|^[\w-]*:[^:\n]*:0:", re.MULTILINE
)


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """sudo or doas installed, its rules written, or an account made that is root by its number."""
    script = shell(instruction)
    if _installs(script) or _SUDOERS.search(script):
        yield Problem(instruction.path, "with sudo in the image its user is root whenever it wants")
    elif _SECOND_ROOT.search(script):
        yield Problem(instruction.path, "an account with the number 0 is root by another name")


def _installs(script: str) -> bool:
    if "sudo" not in script and "doas" not in script:
        return False
    for command in _COMMAND_END.split(script):
        # What stands after the verb: `sudo apt-get install curl` only uses it.
        verb = re.search(r"\b(?:install|add)\s", command)
        words = {word.partition("=")[0] for word in command[verb.end() :].split()} if verb else set()
        if words & {"sudo", "doas"} and not _MANAGERS.isdisjoint(command.split()):
            return True
    return False


RULE = Rule(
    id="sudo-in-image",
    level=Level.MEDIUM,
    summary="A user of the image can become root.",
    why="A user above 0 protects nothing where one command leads back to root.",
    fix="Do what needs root before USER, and leave sudo out.",
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/build/building/best-practices/#user",
)
