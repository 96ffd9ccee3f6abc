"""Weights are compared with the checksums that were reviewed before any code of the model reads them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from modelyard_server.errors import ConfigError, WeightsError

_CHUNK = 4 * 2**20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUM_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")
_MAX_LIST = 4 * 2**20


@dataclass(frozen=True)
class Weight:
    """A file and the SHA-256 it must have, in lower-case hexadecimal."""

    path: Path
    sha256: str


def parse(value: str, base: Path) -> tuple[Weight, ...]:
    """The weights that `MODELYARD_WEIGHTS` names; paths that are relative are below `base`, the model's
    folder.

    `value` is a JSON list of `{"path", "sha256"}`, or the path of a file with such a list or with the lines
    that `sha256sum` writes.

    Raises:
        ConfigError: if it is neither.
    """
    text = value.strip()
    if text and not text.startswith("["):
        text = _file(Path(text)).strip()
    if not text:
        return ()
    pairs = _from_json(text) if text.startswith("[") else _from_sums(text)
    weights = []
    for path, digest in pairs:
        if not path or "\0" in path or not _SHA256.fullmatch(digest.lower()):
            raise ConfigError(
                [f"MODELYARD_WEIGHTS: {path[:200]!r} needs a path and a sha256 of 64 hexadecimal digits"]
            )
        weights.append(Weight(base / path, digest.lower()))
    return tuple(weights)


def below(weights: tuple[Weight, ...], folder: str) -> tuple[Weight, ...]:
    """Those of `weights` that are part of `folder`, by whichever path they are named: the folder may be
    reached over a link, and the file itself be one. What is left out by mistake would never be verified.
    """
    root = os.path.realpath(folder)
    return tuple(weight for weight in weights if root in _places(weight.path))


def _places(path: Path) -> set[str]:
    """The real paths of the folders that a file is in: as it is named, and as it is."""
    # What comes after ".." is not in the folder that is named before it.
    named = () if ".." in path.parts else path.parents
    return {os.path.realpath(parent) for parent in named} | {str(p) for p in path.resolve().parents}


def verify(weights: tuple[Weight, ...]) -> int:
    """Read every file and compare. Returns the bytes that were read.

    Raises:
        WeightsError: at the first file that is missing, unreadable or different.
    """
    return sum(_verify(weight) for weight in weights)


def _verify(weight: Weight) -> int:
    digest, size = hashlib.sha256(), 0
    try:
        with weight.path.open("rb", buffering=0) as file:
            buffer = memoryview(bytearray(_CHUNK))
            while count := file.readinto(buffer):
                digest.update(buffer[:count])
                size += count
    except OSError as error:
        raise WeightsError(f"{weight.path}: {error.strerror}") from error
    if digest.hexdigest() != weight.sha256:
        raise WeightsError(f"{weight.path}: sha256 is {digest.hexdigest()}, expected {weight.sha256}")
    return size


def _file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_LIST + 1)
    except OSError as error:
        raise ConfigError([f"MODELYARD_WEIGHTS={path}: {error.strerror}"]) from error
    if len(data) > _MAX_LIST:
        raise ConfigError(
            [f"MODELYARD_WEIGHTS={path}: larger than {_MAX_LIST} bytes; is it the weights file itself?"]
        )
    return data.decode("utf-8", "replace")


def _from_json(text: str) -> list[tuple[str, str]]:
    try:
        entries = json.loads(text)
        return [(str(entry["path"]), str(entry["sha256"])) for entry in entries]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ConfigError(
            ['MODELYARD_WEIGHTS: must be a JSON list of {"path": ..., "sha256": ...}']
        ) from error


def _from_sums(text: str) -> list[tuple[str, str]]:
    pairs = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found = _SUM_LINE.fullmatch(line.strip())
            if found is None:
                raise ConfigError([f"MODELYARD_WEIGHTS: line {number} is not a line of sha256sum"])
            pairs.append((found[2], found[1]))
    return pairs
