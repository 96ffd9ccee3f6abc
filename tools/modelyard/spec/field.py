"""How a typed specification says what its fields mean: the single source of checks, schemas and docs."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class Spec:
    """Base of every type that is read from YAML.

    Subclasses are frozen keyword-only dataclasses whose fields are made with ``field``. A field
    ``min_replicas`` is spelt ``minReplicas`` in YAML. Fields named in ``exactly_one_of`` exclude each
    other, and one of them must be there; of those in ``at_most_one_of`` none may be. ``brought`` are the
    dotted paths of what must be there unless a field ``runtime`` is, which brings it as a layer below.
    """

    exactly_one_of: ClassVar[tuple[str, ...]] = ()
    at_most_one_of: ClassVar[tuple[str, ...]] = ()
    brought: ClassVar[tuple[str, ...]] = ()


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """ASCII: \\d in a pattern means 0 to 9, as it does in the schemas that editors read."""
    return re.compile(pattern, re.ASCII)


@dataclass(frozen=True)
class Text:
    """Bounds of a string: a pattern that must match all of it, and a length in code points."""

    what: str
    pattern: str = r"[^\n]*"
    min_length: int = 1
    max_length: int = 1024
    hint: str = ""

    def matches(self, text: str) -> bool:
        if not self.min_length <= len(text) <= self.max_length:
            return False
        return _compiled(self.pattern).fullmatch(text) is not None


@dataclass(frozen=True)
class Range:
    """Bounds of a number, both inclusive, in ``unit``."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Size:
    """How many entries a list or mapping may have."""

    low: int = 0
    high: int = 1000


@dataclass(frozen=True)
class NotZero:
    """Marks a parsed value that may not be zero: it is false then."""

    hint: str


@dataclass(frozen=True)
class Plugins:
    """Marks a mapping whose keys are the names of targets; each target brings the type of its value.

    ``role`` is ``settings`` (what a manifest says under ``targets``) or ``platform`` (what an
    environment says under ``platforms``).
    """

    role: str


@dataclass(frozen=True)
class About:
    """What a reader is told of a field: a sentence, examples, and a unit where it has one."""

    description: str
    examples: tuple[Any, ...] = ()


def field(
    description: str,
    *,
    default: Any = dataclasses.MISSING,
    examples: tuple[Any, ...] = (),
) -> Any:
    """A field of a Spec. Without ``default`` it is required; the default must be immutable."""
    metadata = {"about": About(description, examples)}
    if isinstance(default, Mapping):
        # dataclasses takes a read-only mapping for a mutable default before Python 3.12.
        return dataclasses.field(default_factory=lambda: default, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def default_of(spec_field: dataclasses.Field[Any]) -> Any:
    """The default of a dataclass field; ``dataclasses.MISSING`` where it is required."""
    if spec_field.default_factory is not dataclasses.MISSING:
        return spec_field.default_factory()
    return spec_field.default


def about(spec_field: dataclasses.Field[Any]) -> About:
    """What ``field`` was told of a dataclass field."""
    told = spec_field.metadata["about"]
    assert isinstance(told, About)
    return told


def yaml_name(attribute: str) -> str:
    """``min_replicas`` is ``minReplicas`` in YAML."""
    head, *rest = attribute.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)
