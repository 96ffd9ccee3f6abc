"""Python packages that no hash holds to what was reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import shell
from modelyard.subjects.facts import Instruction

_PIP = re.compile(
    r"(?:\bpip[\d.]*|\buv\s+pip|-m\s+pip|\bpipenv\s+run\s+pip)\s(?:[^;&|\n]*?\s)?install\b([^;&|\n]*)"
)
_SAFE = re.compile(r"--require-hashes\b|--no-index\b|--no-deps\b|--help\b|(?:\s|^)-h\b")
# Paths: a wheel or a folder that is already in the image.
_LOCAL = re.compile(r"(?:\.|\.\.|(?:\.{0,2}/|/|\S+/)\S*|\S+\.(?:whl|tar\.gz))(?:\[[\w,-]+\])?")
_VALUE = frozenset(
    {"--target", "-t", "--prefix", "--root", "--python", "-p", "--find-links", "-f", "--config-settings"}
)


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """pip and uv's pip. Installers with a lock of their own (uv sync, poetry, pipenv) bring its hashes."""
    script = shell(instruction)
    if "install" not in script or "PIP_REQUIRE_HASHES=1" in script:
        return
    for found in _PIP.finditer(script):
        if not _SAFE.search(found[0]) and _takes_packages(found[1].split()):
            yield Problem(instruction.path, "pip installs what no hash is compared with")
            return


def _takes_packages(words: list[str]) -> bool:
    """Whether something comes from an index: a requirements file, or a name."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUE:
            skip = True
        elif word.startswith("-"):
            if word.startswith(("-r", "--requirement")):
                return True
        elif not _LOCAL.fullmatch(word.strip("\"'")):
            return True
    return False


RULE = Rule(
    id="pip-without-hashes",
    level=Level.MEDIUM,
    summary="pip installs packages without comparing hashes.",
    why="A version that is uploaded again, or an index that was broken into, goes into the image unseen.",
    fix="Lock with hashes (uv pip compile --generate-hashes) and install with --require-hashes.",
    subject=Instruction,
    check=check,
    source="https://pip.pypa.io/en/stable/topics/secure-installs/",
)
