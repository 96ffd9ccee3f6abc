"""Documents made from the types: a right value for every shape, with every field of it filled in."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings, strategies

from modelyard.schema.definitions import Plugins
from modelyard.schema.plain import plain
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node, Scalar, Sequence
from modelyard.spec.field import Spec, Text
from modelyard.spec.shape import (
    AnyShape,
    ChoiceShape,
    FieldShape,
    FlagShape,
    ListShape,
    MapShape,
    NumberShape,
    ParsedShape,
    PluginsShape,
    Shape,
    SpecShape,
    fields_of,
)

PARSED = {
    "Arn": "arn:aws:iam::111122223333:role/models",
    "ContainerPath": "/opt/ml/model",
    "Cpu": "500m",
    "Cron": "30 2 * * *",
    "Duration": "1h30m",
    "ImageReference": "docker.io/library/python:3.12@sha256:" + "0" * 64,
    "Memory": "4Gi",
    "RelativePath": "src/app.py",
    "S3Uri": "s3://acme-models/fraud/model.json",
}


class Samples:
    """Makes values; ``spec`` fills in every field that may be there together with the chosen ones."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins

    def spec(self, spec: type[Spec], *chosen: str) -> dict[str, Any]:
        """Of fields that exclude each other, the one in ``chosen`` is taken, or the first."""
        left_out = set()
        for group in (spec.exactly_one_of, spec.at_most_one_of):
            present = [name for name in group if name not in left_out]
            kept = next((name for name in present if name in chosen), present[0] if present else "")
            left_out |= set(group) - {kept}
        return {name: self.field(known) for name, known in fields_of(spec).items() if name not in left_out}

    def variants(self, spec: type[Spec]) -> Iterator[dict[str, Any]]:
        """One document for each way in which the excluding fields can be chosen."""
        for name in dict.fromkeys((*spec.exactly_one_of, *spec.at_most_one_of)) or ("",):
            yield self.spec(spec, name)

    def field(self, known: FieldShape) -> Any:
        # Examples hold what no shape can say: which keys a mapping is meant to have.
        return plain(known.about.examples[0]) if known.about.examples else self.value(known.shape)

    def value(self, shape: Shape) -> Any:
        if isinstance(shape, SpecShape):
            return self.spec(shape.type)
        if isinstance(shape, ListShape):
            return [self.value(shape.item)] * max(shape.size.low, 1)
        if isinstance(shape, MapShape):
            first = text(shape.key)
            keys = [first + "x" * index for index in range(max(shape.size.low, 1))]
            return {key: self.value(shape.value) for key in keys}
        if isinstance(shape, PluginsShape):
            return {name: self.spec(spec) for name, spec in self.plugins[shape.role].items()}
        if isinstance(shape, ChoiceShape):
            return shape.values[0]
        if isinstance(shape, NumberShape):
            return int(shape.bounds.low) if shape.integer else shape.bounds.low
        if isinstance(shape, FlagShape):
            return True
        if isinstance(shape, ParsedShape):
            return PARSED[shape.type.__name__]
        assert not isinstance(shape, AnyShape)
        return text(shape.bounds)


@functools.cache
def text(bounds: Text) -> str:
    """The simplest text that fits. Not ``find``'s business to be quick: each is looked for once."""
    of_pattern = strategies.from_regex(bounds.pattern, fullmatch=True)
    return find(
        # What must be long is rarely drawn so long.
        of_pattern | of_pattern.map(lambda said: said.ljust(bounds.min_length, "x")),
        lambda said: bounds.matches(said) and said.isascii(),
        settings=settings(
            database=None,
            derandomize=True,
            deadline=None,
            max_examples=2000,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def node(value: Any) -> Node:
    """The located tree of plain data, all on line 1."""
    if isinstance(value, Mapping):
        return MappingNode(
            "m.yaml", 1, 1, 1, {key: (_scalar(key), node(item)) for key, item in value.items()}
        )
    if isinstance(value, list):
        return Sequence("m.yaml", 1, 1, 1, [node(item) for item in value])
    return _scalar(value)


def mapping(value: Mapping[str, Any]) -> MappingNode:
    made = node(value)
    assert isinstance(made, MappingNode)
    return made


def _scalar(value: Any) -> Scalar:
    return Scalar("m.yaml", 1, 1, 1, value, value if isinstance(value, str) else json.dumps(value))
