"""What is known in a stage of a Dockerfile, at one place of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from modelyard.subjects.facts import EnvVar, ImageUse, Instruction, Said


@dataclass(slots=True)
class Stage:
    """What is known at one place in a stage. It begins with what the stage that it is based on ended with."""

    number: int
    line: int  # of its FROM
    name: str = ""
    values: dict[str, str | None] = field(default_factory=dict)
    base: ImageUse | None = None
    user: Said[str] | None = None
    entrypoint: tuple[Said[str], ...] = ()
    command: tuple[Said[str], ...] = ()
    own_command: bool = False
    health: Said[Any] | None = None
    env: dict[str, EnvVar] = field(default_factory=dict)

    @property
    def resource(self) -> str:
        return f"stage/{self.number}"

    def onwards(self, number: int, line: int) -> Stage:
        """A stage that is based on this one."""
        return Stage(
            number,
            line,
            "",
            dict(self.values),
            self.base,
            self.user,
            self.entrypoint,
            self.command,
            False,
            self.health,
            dict(self.env),
        )


def words_of(one: Instruction) -> tuple[Said[str], ...]:
    """The words of ENTRYPOINT or CMD: of the exec form, or the text for the shell as one."""
    words = (one.arguments,) if one.exec_form is None else one.exec_form
    return tuple(Said(word, one.path) for word in words)
