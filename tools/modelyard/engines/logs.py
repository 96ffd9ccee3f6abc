"""What the log of a build says: how much came from the cache, and why it failed."""

from __future__ import annotations

import re
from pathlib import Path

from modelyard.engines.api import EngineError, OutOfSpace
from modelyard.engines.process import tail

_READ = 8 * 2**20
# podman and buildah: "[1/2] STEP 3/15: RUN ..." and "--> Using cache 58d8...".
_STEP = re.compile(rb"^(?:\[\d+/\d+\] )?STEP \d+/\d+: (?!FROM )", re.MULTILINE)
_HIT = re.compile(rb"^--> Using cache ", re.MULTILINE)
# BuildKit: "#7 [build 3/3] RUN ..." once or more for each step, and "#7 CACHED".
# What is read from this machine, as in "[context NAME] load from client", is no step.
_VERTEX = re.compile(rb"^#(\d+) \[(?!internal\]|context )[^\]]*\] (?!FROM )", re.MULTILINE)
_CACHED = re.compile(rb"^#(\d+) CACHED", re.MULTILINE)
# As regular expressions, in any case of letters.
_REASONS = (
    (b"no space left on device", ""),
    (
        b"manifest unknown|failed to resolve source metadata for .*: not found",
        "the base image is not in its registry (or not for this processor)",
    ),
    (
        b"exec format error",
        "this machine cannot run programs for that platform: it needs qemu-user (binfmt_misc)",
    ),
    (b"THESE PACKAGES DO NOT MATCH THE HASHES", "a package is not what its hash in the requirements says"),
    (b"No matching distribution found", "the package index has no wheel that fits this Python and processor"),
    (b"x509: certificate", "the engine does not trust a registry's certificate"),
    (b"unauthorized", "a registry wants other credentials: log in with the engine's own `login`"),
)


def read(log: Path) -> bytes:
    """The end of a log."""
    with open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - _READ))
        return file.read()


def counts(log: bytes) -> tuple[int, int]:
    """How many steps there were, and how many of them nothing was run for."""
    steps = len(_STEP.findall(log))
    if steps:
        return steps, len(_HIT.findall(log))
    vertices = set(_VERTEX.findall(log))
    return len(vertices), len(vertices & set(_CACHED.findall(log)))


def failure(what: str, log: bytes) -> EngineError:
    """The error that a log stands for, with its last lines."""
    said = tail(log)
    for words, reason in _REASONS:
        if re.search(words, log[-64 * 2**10 :], re.IGNORECASE):
            if not reason:
                return OutOfSpace("no space is left on the disk that the engine builds on", said)
            return EngineError(reason, said)
    return EngineError(what, said)
