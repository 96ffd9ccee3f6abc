"""ARNs of an environment, held against the account and region that they stand in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.findings import Finding
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.environment import Environment
from modelyard.spec.field import Spec, yaml_name
from modelyard.spec.layer import find
from modelyard.values import Arn

Path = tuple[str | int, ...]
# What AWS takes of the account itself only; a topic or a key may be another account's.
_OWN_ACCOUNT = ("elasticloadbalancing", "iam")


def misplaced_arns(spec: Environment, tree: MappingNode) -> Iterator[Finding]:
    """A finding for each ARN of another region, or of another account where AWS takes only one's own.

    The likeliest slip of all: a region's block that was copied from another.
    """
    for region, inner in spec.regions.items():
        for target, platform in inner.platforms.items():
            for path, arn in _arns(platform, ("regions", region, "platforms", target)):
                where = find(tree, path)[0].location
                if arn.region not in ("", region):
                    hint = f"name the one in {region}"
                    yield Finding("arn-elsewhere", where, f"this is in {arn.region}, not in {region}", hint)
                if arn.service in _OWN_ACCOUNT and arn.account not in ("aws", spec.account):
                    message = f"this is in the account {arn.account}, not in {spec.account}"
                    yield Finding("arn-elsewhere", where, message, f"name the one in {spec.account}")


def _arns(value: Any, path: Path) -> Iterator[tuple[Path, Arn]]:
    if isinstance(value, Arn):
        yield path, value
    elif isinstance(value, Spec):
        for item in dataclasses.fields(value):  # type: ignore[arg-type]
            yield from _arns(getattr(value, item.name), (*path, yaml_name(item.name)))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _arns(inner, (*path, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _arns(inner, (*path, index))
