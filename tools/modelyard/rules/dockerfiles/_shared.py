"""What rules about Dockerfiles share: the shell text of an instruction, and what COPY and ADD copy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from modelyard.subjects.dockerfile_lines import split_flags
from modelyard.subjects.dockerfile_words import pairs, split_words, unquote
from modelyard.subjects.facts import Instruction

LONGEST = 16_384


def keyword(instruction: Instruction) -> str:
    """The instruction that is carried out: of ``ONBUILD RUN ...`` it is RUN."""
    if instruction.keyword == "ONBUILD":
        return instruction.arguments.partition(" ")[0].upper()
    return instruction.keyword


def _said(instruction: Instruction) -> str:
    """The arguments with variables filled in, without flags."""
    if instruction.keyword == "ONBUILD":
        return split_flags(instruction.resolved.partition(" ")[2])[1].strip()
    return instruction.resolved


def text(instruction: Instruction) -> str:
    """What the instruction says, with variables filled in, and its here-documents after it."""
    said = _said(instruction)
    return "\n".join((said, *instruction.heredocs)) if instruction.heredocs else said


def shell(instruction: Instruction) -> str:
    """The script of a RUN, empty for anything else. Programs in JSON form are joined by spaces.

    No more than the first ``LONGEST`` characters: patterns must not be made to search for minutes. That
    there is more is a problem by itself, instruction-too-long.
    """
    if keyword(instruction) != "RUN":
        return ""
    script = " ".join(instruction.exec_form) if instruction.exec_form else text(instruction)
    return script[:LONGEST]


def flags(instruction: Instruction, name: str) -> list[str]:
    """The values of a flag such as ``--mount``, as often as it is given; empty texts where it has none."""
    if instruction.keyword == "ONBUILD":
        given = split_flags(instruction.arguments.partition(" ")[2])[0]
        return [value for key, value in given if key == name]
    return instruction.flags[name].split("\n") if name in instruction.flags else []


def copied(instruction: Instruction) -> tuple[list[str], str]:
    """Sources and destination of COPY or ADD; nothing for any other instruction."""
    if keyword(instruction) not in ("COPY", "ADD"):
        return [], ""
    said = _said(instruction)
    words = list(instruction.exec_form or _json(said) or [unquote(word) for word in split_words(said)])
    return (words[:-1], words[-1]) if len(words) > 1 else ([], "")


def _json(said: str) -> list[str] | None:
    if not said.startswith("["):
        return None
    try:
        listed: Any = json.loads(said)
    except ValueError:
        return None  # Docker reads it as plain words then, and so do we
    return [str(one) for one in listed] if isinstance(listed, list) else None


def base_name(path: str) -> str:
    """The last part of a path, in lower case; a slash at the end says folder and is left out."""
    return path.rstrip("/").rpartition("/")[2].lower()


def assignments(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """Names and values of ARG and ENV; of ARG without default the value is empty."""
    if keyword(instruction) in ("ARG", "ENV"):
        for name, value in pairs(_said(instruction)):
            yield name, unquote(value or "")
