"""Requirements files of models: every line pinned with a hash, from nowhere but the configured index.

pip's ``--require-hashes`` refuses an unhashed line only once the build runs, minutes later; and it
obeys an ``--index-url`` in the file, which would let one model install from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.findings import Finding, Location

_PINNED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._, -]*\])?\s*==\s*[A-Za-z0-9][A-Za-z0-9.!+_-]*")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")
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
        if line.startswith("-"):
            option = line.split()[0].split("=")[0]
            hint = "set the index in pip's configuration; it reaches the build as a secret, never in a layer"
            yield Finding("requirement-option", where, f"the option {option[:40]} is not allowed here", hint)
        elif not _PINNED.match(line):
            yield Finding("unpinned-requirement", where, f'"{line[:60]}" is not pinned with ==', _RELOCK)
        elif not _HASH.search(line):
            yield Finding("unhashed-requirement", where, f'"{line.split()[0][:60]}" has no --hash=sha256', _RELOCK)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    start, parts = 0, []
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
