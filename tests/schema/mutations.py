"""Every way in which one field of a right document can be made wrong, and some in which it stays right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.spec.field import Spec
from modelyard.spec.shape import (
    FieldShape,
    ListShape,
    MapShape,
    NumberShape,
    PluginsShape,
    Shape,
    SpecShape,
    TextShape,
    fields_of,
)
from tests.schema.samples import Samples, text

WRONG_TYPES: tuple[Any, ...] = (
    *("x", "", "1", "true", "null"),
    *(0, 1, -1, 10**12, 1.5, -0.5, True, False, None),
    *([], ["x"], [1], [None], [[]], {}, {"x": "x"}, {"x": 1}, {"x": None}, {"x": {}}),
)
TEXTS = (
    *(
        " ",
        "\n",
        "a\n",
        "a\nb",
        "a b",
        "A",
        "-",
        "a-",
        "-a",
        "0",
        "00",
        "é",
        "\u0663" * 12,
        "\U0001f600",
        "a" * 10_000,
    ),
    *(
        "../x",
        "/",
        "/a/../b",
        "a/b",
        "a//b",
        "s3://b/k",
        "s3://bucket/k",
        "s3://bucket/../k",
        "arn:aws:s3:::b",
        "x:y",
    ),
    *("1", "1m", "1s", "1.5Gi", "0.5", "-1", "1h30m", "30 2 * * *", "61 2 * * *", "1 2 3 4 5", "* * * *"),
    *(
        "sha256:" + "0" * 64,
        "docker.io/a/b@sha256:" + "0" * 64,
        "docker.io/a/b:tag",
        "0" * 64,
        "0" * 40,
        "0" * 41,
    ),
    *(
        "10.0.0.0/16",
        "256.0.0.0/8",
        "10.0.0.0/33",
        "1000:1000",
        "0:0",
        "unknown",
        "2026-02-31",
        "2026-13-01",
        "3.12",
    ),
)


@dataclass(frozen=True)
class Mutation:
    """A document of ``spec`` in which something at ``path`` was changed; ``shape`` is what is due there."""

    spec: type[Spec]
    path: str
    what: str
    shape: Shape | None
    value: Any
    document: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.spec.__name__}.{self.path}: {self.what}: {str(self.value)[:100]}"


def mutations(samples: Samples, spec: type[Spec]) -> Iterator[Mutation]:
    """All mutations of one Spec: of its own fields, and of the items of its lists and mappings."""
    fields = fields_of(spec)
    exclusive = {*spec.exactly_one_of, *spec.at_most_one_of}
    for sample in samples.variants(spec):
        yield Mutation(spec, "", "as it is", None, None, sample)
        # Around a mutated field stands no more than must be there, so that thousands of them are quick.
        base = {name: value for name, value in sample.items() if fields[name].required or name in exclusive}
        yield Mutation(spec, "noSuchField", "unknown field", None, 1, {**base, "noSuchField": 1})
        for name, known in fields.items():
            rest = {key: value for key, value in base.items() if key != name}
            yield Mutation(spec, name, "missing", None, None, rest)
            for what, shape, inner, value in _values(samples, known, sample.get(name)):
                yield Mutation(spec, name, what, shape, inner, {**base, name: value})


def _values(samples: Samples, known: FieldShape, right: Any) -> Iterator[tuple[str, Shape, Any, Any]]:
    """What was done, the shape of the place, the new value there, and the field's value that has it."""
    for what, value in _replacements(known.shape):
        yield what, known.shape, value, value
    if right is None:
        # Excluded by another field: that it is there at all is the mutation.
        right = samples.field(known)
        yield "added", known.shape, right, right
    if isinstance(known.shape, ListShape):
        for what, value in _replacements(known.shape.item):
            yield f"item {what}", known.shape.item, value, [*right[1:], value]
        for count in (
            known.shape.size.low - 1,
            known.shape.size.low,
            known.shape.size.high,
            known.shape.size.high + 1,
        ):
            if count >= 0:
                items = [samples.value(known.shape.item)] * count
                yield f"{count} items", known.shape, count, items
    elif isinstance(known.shape, MapShape):
        yield from _entries(samples, known.shape, right)
    elif isinstance(known.shape, PluginsShape):
        yield "unknown target", known.shape, "noSuchTarget", {**right, "noSuchTarget": {}}
        for value in WRONG_TYPES:
            yield "settings", known.shape, value, dict.fromkeys(right, value)


def _entries(
    samples: Samples, shape: MapShape, right: dict[str, Any]
) -> Iterator[tuple[str, Shape, Any, Any]]:
    last = list(right)[-1]
    for what, value in _replacements(shape.value):
        yield f"entry {what}", shape.value, value, {**right, last: value}
    for key in TEXTS:
        yield "key", TextShape(shape.key), key, {**right, key: right[last]}
    value = samples.value(shape.value)
    for count in {shape.size.low - 1, shape.size.low, shape.size.high, shape.size.high + 1} - {-1}:
        keys = [
            key for number in range(2000) if shape.key.matches(key := text(shape.key)[:-1] + _spelt(number))
        ]
        if len(keys) >= count:
            yield f"{count} entries", shape, count, dict.fromkeys(keys[:count], value)


def _replacements(shape: Shape) -> Iterator[tuple[str, Any]]:
    for value in WRONG_TYPES:
        yield "type", value
    if not isinstance(shape, SpecShape | MapShape | ListShape):
        for said in TEXTS:
            yield "text", said
    if isinstance(shape, NumberShape):
        for edge in (shape.bounds.low, shape.bounds.high):
            for step in (-1, 0, 1):
                yield "bound", int(edge) + step
        yield "float", float(shape.bounds.low)
    if isinstance(shape, TextShape):
        for length in (shape.bounds.min_length - 1, shape.bounds.max_length, shape.bounds.max_length + 1):
            yield "length", "a" * length
        right = text(shape.bounds)
        for odd in (right + "\n", " " + right, right + " ", right + "é"):
            yield "text", odd


def _spelt(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
