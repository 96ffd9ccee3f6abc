"""What scanners said of files that have not changed since.

One JSON file for each scanner, below .cache/modelyard/scan. An entry answers for one path with one content,
said by one version of one program with one configuration, and is believed only if all of it is of the shape
that this module writes; anything else costs a scan. Nothing but answers is remembered: a scanner that
failed, or that did not prove to have read a file, is asked again.

The file is as trustworthy as the working tree. It is not committed (.gitignore), and what decides about
a promotion runs with the cache off.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.load import layout
from modelyard.scanners.api import Input

_FOLDER = f"{layout.CACHE}/scan"
_FORMAT = 1
_LARGEST = 2**28  # bytes of a file that is read
_MOST = 60_000  # entries that are kept: three times the largest repository that is measured


@dataclass(frozen=True)
class Answer:
    """What a scanner said of one file: detections, and those that the file tried to suppress."""

    detections: tuple[Detection, ...] = ()
    suppressed: tuple[Detection, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What one scanner said under one ``key`` (its program, our configuration of it).

    ``answers`` are by path, each with the mark of the input that it was given for.
    """

    key: str
    version: str = ""
    answers: Mapping[str, tuple[str, Answer]] = field(default_factory=dict)
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)

    def answer(self, one: Input) -> Answer | None:
        """What is known of an input as it is now."""
        marked, answer = self.answers.get(one.path, ("", None))
        return answer if marked == mark(one) else None


def mark(one: Input) -> str:
    """What an answer hangs on beside the scanner and the path."""
    return " ".join((one.digest, ",".join(one.kinds), *one.resources))


def load(root: Path, name: str, key: str) -> Memory:
    """What is remembered of a scanner; nothing where the file is of another key or cannot be understood."""
    try:
        said = json.loads(_content(root / _FOLDER / f"{name}.json"))
        if said["format"] == _FORMAT and said["of"] == key:
            answers = {path: _answer(*fields) for path, fields in said["answers"].items()}
            rules = {rule.id: rule for rule in map(_rule, said["rules"])}
            return Memory(key, _text(said["version"]), answers, rules)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # which costs one scan
    return Memory(key)


def save(root: Path, name: str, memory: Memory) -> None:
    """Replaces the file of a scanner. A tree that cannot be written has no cache: no reason to fail."""
    path = root / _FOLDER / f"{name}.json"
    temporary = path.with_name(f"{name}.{os.getpid()}.tmp")
    kept = list(memory.answers.items())[-_MOST:]
    content = {
        "format": _FORMAT,
        "of": memory.key,
        "version": memory.version,
        "rules": [_rule_fields(rule) for rule in memory.rules.values()],
        "answers": {
            path: [marked, _all(answer.detections), _all(answer.suppressed)]
            for path, (marked, answer) in kept
        },
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with open(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
            # dumps, and not dump: only the former is written in C.
            file.write(json.dumps(content))
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):  # there may be none, nor a folder that it could be in
            temporary.unlink()


def _content(path: Path) -> bytes:
    """The bytes of a cache file. Raises OSError, or ValueError for what no run of ours has written."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise ValueError("not a cache")
        return file.read()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _answer(marked: Any, found: list[Any], hidden: list[Any]) -> tuple[str, Answer]:
    return _text(marked), Answer(tuple(map(_detection, found)), tuple(map(_detection, hidden)))


def _all(detections: Iterable[Detection]) -> list[list[Any]]:
    return [_fields(one) for one in detections]


def _fields(one: Detection) -> list[Any]:
    at = one.location
    place = [at.path, at.line, at.column, at.length]
    return [one.rule, one.tool, int(one.level), place, one.message, one.hint, one.resource, one.evidence]


def _detection(fields: list[Any]) -> Detection:
    """Raises TypeError or ValueError for what ``_fields`` does not write."""
    rule, tool, level, place, message, hint, resource, evidence = fields
    path, *numbers = place
    for text in (rule, tool, message, hint, resource, evidence, path):
        _text(text)
    for number in (level, *numbers):
        if type(number) is not int:
            raise TypeError("a level, a line or a column is a number")
    return Detection(rule, tool, Level(level), Location(path, *numbers), message, hint, resource, evidence)


def _rule_fields(rule: RuleInfo) -> list[Any]:
    return [rule.id, rule.tool, int(rule.level), rule.summary, rule.why, rule.fix, rule.url]


def _rule(fields: list[Any]) -> RuleInfo:
    """Raises TypeError or ValueError for what ``_rule_fields`` does not write."""
    name, tool, level, *texts = fields
    summary, why, fix, url = texts
    for text in (name, tool, *texts):
        _text(text)
    return RuleInfo(name, tool, Level(level), summary, why, fix, url)
