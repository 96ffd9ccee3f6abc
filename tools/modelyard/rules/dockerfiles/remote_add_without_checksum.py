"""ADD of an address without a checksum, or of a git repository without a commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import copied, flags, keyword
from modelyard.subjects.facts import Instruction

_REMOTE = re.compile(r"(?:https?|ftp|git|ssh)://|git@", re.IGNORECASE)
# BuildKit takes `repository.git#commit:folder` and `repository.git?commit=...`.
_COMMIT = re.compile(r"[#?&](?:(?:commit|checksum)=)?(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """``--checksum`` or a full commit in the address; a tag or branch can move."""
    if keyword(instruction) != "ADD" or flags(instruction, "checksum"):
        return
    sources, _ = copied(instruction)
    for source in sources:
        if _REMOTE.match(source) and not _COMMIT.search(source):
            where = source.partition("?")[0].rpartition("@")[2]
            yield Problem(instruction.path, f"ADD takes {where} as it is that day", evidence=where)


RULE = Rule(
    id="remote-add-without-checksum",
    level=Level.HIGH,
    summary="ADD fetches from the network without a checksum.",
    why="What the server gives on the day of the build goes into the image, whatever it is.",
    fix="Write ADD --checksum=sha256:..., or a git address that ends with #<full commit>.",
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/reference/dockerfile/#add---checksum",
)
