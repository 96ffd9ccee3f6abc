"""The CPU and memory sizes that Fargate sells, as cfn-lint's data has them.

The package is found and not imported: importing it costs half a second, its data one millisecond.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_FILE = "data/schemas/extensions/aws_ecs_taskdefinition/fargate_cpu_memory.json"


class FactsUnavailableError(RuntimeError):
    """The package that carries a fact is not installed, or carries it in another form."""


@functools.cache
def fargate_sizes() -> Mapping[int, tuple[int, ...]]:
    """CPU units to the memory sizes in MiB that go with them, both ascending.

    Raises FactsUnavailableError. Kept for the life of the process: it is the same for every workload.
    """
    import json

    path = _data_file()
    try:
        with open(path, encoding="utf-8") as file:
            sizes = dict(_size(rule["properties"]) for rule in json.load(file)["then"]["anyOf"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise FactsUnavailableError(
            f"cfn-lint's Fargate sizes cannot be read from {path}: {error!r}"
        ) from error
    return MappingProxyType(dict(sorted(sizes.items())))


def _data_file() -> str:
    from importlib.util import find_spec

    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise FactsUnavailableError("cfn-lint is not installed: install it with `pip install cfn-lint`")
    return f"{spec.submodule_search_locations[0]}/{_FILE}"


def _size(rule: Mapping[str, Any]) -> tuple[int, tuple[int, ...]]:
    """One rule's CPU and memory: the schema spells both several ways, of which the numbers are read."""
    cpu = int(rule["Cpu"]["then"]["enum"][0])
    memory = rule["Memory"]["then"]
    listed = memory.get("enum")
    values = listed or range(memory["minimum"], memory["maximum"] + 1, memory["multipleOf"])
    return cpu, tuple(sorted(int(value) for value in values))
