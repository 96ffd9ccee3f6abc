"""Requirements files of models: every line pinned with a hash, from nowhere but the configured index.

pip's ``--require-hashes`` refuses an unhashed line only once the build runs, minutes later; and it
obeys an ``--index-url`` in the file, which would let one model install from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.findings import Finding, Location

_PINNED = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._, -]*\])?\s*==\s*[A-Za-z0-9][A-Za-z0-9.!+_-]*"
)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_RELOCK = "make it again with `uv pip compile --generate-hashes` or `pip-compile --generate-hashes`"


def check_requirements(path: str, content: bytes) -> Iterator[Finding]:
    """Yields a finding for each logical line that is not ``name==version --hash=sha256:...``."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield Finding("not-utf-8", Location(path), "the file is not UTF-8", _RELOCK)
        return
    for number, line in _logical_lines(text):
        where = Location(path, number)
        # What pip takes for options begins at the first word with a dash; all of them must be hashes.
        words = line.split()
        first = next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
        requirement, options = " ".join(words[:first]), words[first:]
        other = next(
            (word for word in options if word.startswith("-") and not word.startswith("--hash")), None
        )
        if other is not None:
            hint = "set the index in pip's configuration; it reaches the build as a secret, never in a layer"
            message = f"the option {other.split('=')[0][:40]} is not allowed here"
            yield Finding("requirement-option", where, message, hint)
        elif not _PINNED.fullmatch(requirement.partition(";")[0].strip()):
            yield Finding("unpinned-requirement", where, f'"{line[:60]}" is not pinned with ==', _RELOCK)
        elif not options or not all(map(_HASH.fullmatch, options)):
            yield Finding("unhashed-requirement", where, f'"{words[0][:60]}" has no --hash=sha256', _RELOCK)


def distributions(content: bytes) -> frozenset[str]:
    """The names that a requirements file pins, as PEP 503 normalises them; empty for what is not UTF-8."""
    text = content.decode(errors="replace")
    names = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for _, line in _logical_lines(text))
    return frozenset(re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    parts: list[str] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*$", "", raw).strip()
        if not parts:
            start = number
        continued = line.endswith("\\")
        parts.append(line[:-1].strip() if continued else line)
        if not continued:
            joined = " ".join(part for part in parts if part)
            parts = []
            if joined:
                yield start, joined
    if joined := " ".join(part for part in parts if part):
        yield start, joined
