"""Weights that a container fetches and takes as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._weights import FILE
from modelyard.subjects.facts import Container

_REMOTE = re.compile(r"(?:s3|gs|https?)://[^\s\"'|;&]+")
_FETCHES = re.compile(
    r"\b(?:aws\s+s3(?:api)?\s+(?:cp|sync|get-object)|curl|wget|gsutil\s+cp|s5cmd|azcopy|urlretrieve|urlopen|requests\.get)\b"
)
# What names a checksum: a variable, a command, an option of the AWS CLI.
_VERIFIES = re.compile(r"sha-?256|sha-?512|checksum|b3sum|digest", re.IGNORECASE)


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Of variables with the address of a weights file, and of commands that fetch one."""
    verified = any(_VERIFIES.search(one.name) for one in container.env)
    command = " ".join(word.value for word in container.command)
    if verified or _VERIFIES.search(command):
        return
    for variable in container.env:
        found = _weights(variable.value)
        if found:
            yield Problem(variable.path, f"{variable.name} names {found}, and no checksum is given", found)
    if _FETCHES.search(command):
        for word in container.command:
            found = _weights(word.value)
            if found:
                yield Problem(word.path, f"{found} is fetched without a checksum", evidence=found)


def _weights(text: str) -> str:
    if "://" not in text:
        return ""
    for match in _REMOTE.finditer(text):
        address = match.group().partition("?")[0]
        if FILE.search(address):
            return address
    return ""


RULE = Rule(
    id="weights-fetched-unverified",
    level=Level.MEDIUM,
    summary="A container fetches weights without a checksum.",
    why="Whoever can write to the bucket or the site changes what the model does; many formats run code.",
    fix="Name the file under `artifacts` with its sha256: it is verified before the model starts.",
    subject=Container,
    check=check,
    source="docs/write-a-model.md: artifacts",
)
