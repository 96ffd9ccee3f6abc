"""A job on a laptop: what it reads from S3 it reads from its sample folder, and its output is not kept.

An ``s3://`` address in an argument or a variable becomes the file of the sample folder that has its name,
whatever the extension; every other one becomes a folder in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.load import layout
from modelyard.resolve.workload import Workload

if TYPE_CHECKING:
    from modelyard.running.plan import Part

SAMPLES = "/sample"  # where the folder is found in the container
OUTPUT = "/tmp/output"  # noqa: S108 - a path in the container
_S3 = "s3://"


def with_samples(root: Path, workload: Workload, parts: Sequence[Part]) -> tuple[list[Part], list[str]]:
    """The parts with their addresses replaced, and what was."""
    folder = root / layout.MODELS / workload.model / "sample"
    samples = {path.stem: path.name for path in sorted(folder.glob("*")) if path.is_file()}
    said: dict[str, str] = {}

    def local(word: str) -> str:
        before, found, key = word.partition(_S3)
        if not found or (before and not before.endswith("=")):
            return word
        stem = key.rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
        place = f"{SAMPLES}/{samples[stem]}" if stem in samples else f"{OUTPUT}/{stem}"
        said[_S3 + key] = place
        return before + place

    changed = []
    for part in parts:
        args = tuple(local(word) for word in part.args)
        env = {
            name: value if name.startswith("ARTIFACT_") else local(value) for name, value in part.env.items()
        }
        files = {**part.files, SAMPLES: folder} if samples else part.files
        changed.append(replace(part, args=args, env=env, files=files))
    return changed, [f"{place} stands for {address}" for address, place in said.items()]
