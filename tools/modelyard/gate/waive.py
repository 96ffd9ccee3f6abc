"""Writes a waiver into policy/waivers.yaml, with all that binds it, and leaves the rest as it stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from modelyard.detections import Detection
from modelyard.emit import to_yaml
from modelyard.errors import UsageError
from modelyard.findings.nearest import did_you_mean
from modelyard.gate.owners import teams_of
from modelyard.gate.policy import load_policy
from modelyard.gate.waivers import WHY_NEVER, is_waivable
from modelyard.load import layout
from modelyard.source.file import NotAFile, read_bytes
from modelyard.source.node import Mapping
from modelyard.source.node import Sequence as SequenceNode
from modelyard.source.reading import read
from modelyard.spec.decode import Decoder
from modelyard.spec.policy import Waiver, Waivers
from modelyard.write.create import create_files

_LARGEST = 2**22
_NEW = """# yaml-language-server: $schema=../schemas/waivers.schema.json
#
# What the gate lets pass, by whom, why and until when. Write entries with tools/waive.
apiVersion: modelyard.dev/v1
kind: Waivers
waivers: []
"""


def entry(
    detection: Detection, owner: str, reason: str, ticket: str, expires: datetime.date
) -> dict[str, str]:
    """The waiver of one detection as plain data, in the order of its fields. Raises UsageError."""
    if not is_waivable(detection.tool, detection.rule):
        raise UsageError(f"{detection.rule} cannot be waived: {WHY_NEVER}")
    fields = {
        "fingerprint": detection.fingerprint,
        "tool": detection.tool,
        "rule": detection.rule,
        "file": detection.location.path,
        "resource": detection.resource,
        "evidence": detection.evidence,
        "owner": owner,
        "reason": reason,
        "expires": expires.isoformat(),
        "ticket": ticket,
    }
    return {name: value for name, value in fields.items() if value}


def find(detections: Sequence[Detection], fingerprint: str) -> Detection:
    """The detection of this fingerprint, or of one that begins so. Raises UsageError."""
    found = {one.fingerprint: one for one in detections if one.fingerprint.startswith(fingerprint)}
    if not found:
        hint = "take an id that tools/scan prints"
        raise UsageError(f"the gate finds nothing that is called {fingerprint}: {hint}")
    if len(found) > 1:
        raise UsageError(f"{fingerprint} is the beginning of {len(found)} ids: give more of it")
    (one,) = found.values()
    if one.waiver:
        raise UsageError(f"{one.fingerprint} is waived already: {one.waiver}")
    return one


def add(root: Path, waiver: dict[str, str]) -> None:
    """Adds the waiver as the last entry. Raises UsageError where the file, or the entry, is refused."""
    for placed in load_policy(root).waivers:
        if placed.waiver.fingerprint == waiver["fingerprint"]:
            where = f"{layout.WAIVERS}:{placed.location.line}"
            raise UsageError(f"{where} is a waiver of it that does not help any more: change that one")
    teams = teams_of(root)
    if teams and waiver["owner"] not in teams:
        raise UsageError(
            f"{waiver['owner']} owns nothing in CODEOWNERS: {did_you_mean(waiver['owner'], teams)}"
        )
    try:
        before = read_bytes(root, layout.WAIVERS, _LARGEST)
    except FileNotFoundError:
        before = _NEW.encode()
    except (OSError, NotAFile) as error:
        raise UsageError(f"{layout.WAIVERS} cannot be read: {error}") from error
    try:
        after = _with(before.decode(), waiver).encode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{layout.WAIVERS} is not UTF-8: mend it first") from error
    _checked(before, after)
    create_files(root, {layout.WAIVERS: after}, replace=True)


def _with(text: str, waiver: dict[str, str]) -> str:
    node = read(layout.WAIVERS, text.encode()).root
    listed = node.get("waivers") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(listed, SequenceNode):
        raise UsageError(f"{layout.WAIVERS} has no list of waivers: mend it first (tools/scan --quick)")
    lines = to_yaml(({"waivers": [waiver]},)).removeprefix("---\n").splitlines(keepends=True)[1:]
    block = "".join(lines)
    if listed.items:
        if text[: text.find("\n", _offset(text, listed.line))].rstrip().endswith("]"):
            raise UsageError(f"{layout.WAIVERS}: write its list with one `-` a line first")
        # Behind the last entry, which is before the next key where there is one.
        keys = [key.location.line for key, _ in node.entries.values() if key.location.line > listed.line]
        end = _offset(text, min(keys)) if keys else len(text)
        return text[:end].rstrip("\n") + "\n" + block + text[end:]
    start = _offset(text, listed.line) + listed.column - 1
    end = text.index("]", start) + 1
    return text[:start].rstrip(" ") + "\n" + block + text[end:].lstrip("\n")


def _offset(text: str, line: int) -> int:
    """Where a line, counted from 1, begins."""
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at


def _checked(before: bytes, after: bytes) -> None:
    """The new file must hold the old waivers and one more, which keeps to its type."""
    old, new = (_decoded(content) for content in (before, after))
    if new[: len(old)] != old or len(new) != len(old) + 1:
        raise UsageError(
            f"{layout.WAIVERS} is written in a way that this command cannot add to: add it by hand"
        )


def _decoded(content: bytes) -> tuple[Waiver, ...]:
    reading = read(layout.WAIVERS, content)
    decoder = Decoder({})
    decoded = decoder.decode(reading.root, Waivers) if isinstance(reading.root, Mapping) else None
    problems = [*reading.findings, *decoder.findings]
    if decoded is None or problems:
        first = f": {problems[0].message} ({problems[0].hint})" if problems else ""
        raise UsageError(f"that waiver is refused{first}")
    return decoded.waivers
