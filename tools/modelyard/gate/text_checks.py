"""What is wrong with a file as text, whatever it holds: what readers do not see, and what scanners obey."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from modelyard.detections import Detection, RuleInfo
from modelyard.findings import Location
from modelyard.gate.rule_infos import CACHE_IN_REPOSITORY
from modelyard.load import layout
from modelyard.rules.registry import discover
from modelyard.rules.text._characters import suspicious
from modelyard.rules.text._skips import INLINE_SKIP, SCANNER_CONFIGURATION, disarms, skips
from modelyard.subjects.formats import format_of
from modelyard.subjects.kinds import place_of_path

# What scanners of configuration read beside the formats that we know; a comment elsewhere hides nothing.
_CONFIGURATION = (".tf", ".hcl", ".tfvars", ".toml", ".ini", ".cfg", ".conf", ".env", ".properties", ".sh")

_CACHE = f"{layout.CACHE.partition('/')[0]}/"


def look_at_text(path: str, data: bytes) -> Iterator[Detection]:
    """What is wrong with the text of a file. Bytes that are no UTF-8 are left to whoever reads the file."""
    tool = disarms(path)
    if tool is not None:
        message = f"{tool} would take its orders from this file"
        yield _detection(SCANNER_CONFIGURATION, Location(path), message, tool)
    if path.startswith(_CACHE):
        yield _detection(CACHE_IN_REPOSITORY, Location(path), f"{CACHE_IN_REPOSITORY.summary}: {path}", "")
    known = format_of(path) is not None
    if b"\0" in data[:8192]:
        return  # no text; what should be a document is reported by its reader
    text = data.decode("utf-8", "replace")
    if known or path.endswith(_CONFIGURATION):
        for offset, whose in skips(text):
            yield _skip(path, text, offset, whose)
    if not known and not text.isascii():
        yield from _unseen(path, text)


def _skip(path: str, text: str, offset: int, tool: str) -> Detection:
    where = _location(path, text, offset)
    line = text.split("\n")[where.line - 1].strip()
    evidence = f"{tool}: {sha256(line.encode('utf-8', 'replace')).hexdigest()[:16]}"
    return _detection(INLINE_SKIP, where, f"this tells {tool} to look away", evidence)


def _unseen(path: str, text: str) -> Iterator[Detection]:
    """Once a line; documents are looked at value by value, by the rule itself."""
    rule = discover()["invisible-characters"]
    info = RuleInfo(rule.id, INLINE_SKIP.tool, rule.level, rule.summary, rule.why, rule.fix)
    for number, line in enumerate(text.split("\n"), 1):
        for at, name in suspicious(line.removesuffix("\r"), first=number == 1):
            message = f"{name} as character {at + 1} of the line"
            digest = sha256(line.encode("utf-8", "replace")).hexdigest()[:16]
            yield _detection(info, Location(path, number, at + 1), message, f"{name}: {digest}")
            break


def _location(path: str, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(path, line, offset - text.rfind("\n", 0, offset))


def _detection(rule: RuleInfo, where: Location, message: str, evidence: str) -> Detection:
    return Detection(
        rule=rule.id,
        tool=rule.tool,
        level=rule.level,
        location=where,
        message=message,
        hint=rule.fix,
        evidence=evidence,
        model=place_of_path(where.path).model,
    )
