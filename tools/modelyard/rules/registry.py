"""Finds the rules: every module in a family's folder, unless its name begins with an underscore, is one."""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.rules.api import Rule
from modelyard.subjects.facts import Subject


@functools.cache
def discover() -> Mapping[str, Rule[Any]]:
    """All rules by id, sorted. A module without a RULE, and a second rule of one id, raise."""
    found: dict[str, Rule[Any]] = {}
    for name in module_names():
        rule = importlib.import_module(name).RULE
        if rule.id in found:
            raise ValueError(f"two rules are called {rule.id}; one is in {name}")
        found[rule.id] = rule
    return dict(sorted(found.items()))


def by_subject(rules: Mapping[str, Rule[Any]]) -> Mapping[type[Subject], tuple[Rule[Any], ...]]:
    """The rules that look at each type of fact, in the order of their ids."""
    sorted_out: dict[type[Subject], list[Rule[Any]]] = {}
    for rule in rules.values():
        sorted_out.setdefault(rule.subject, []).append(rule)
    return {subject: tuple(some) for subject, some in sorted_out.items()}


def module_names() -> Iterator[str]:
    """The dotted names of all rules' modules, sorted, from the files alone."""
    here = os.path.dirname(__file__)
    for family in _names(here):
        folder = os.path.join(here, family)
        if os.path.isdir(folder):
            for name in _names(folder):
                if name.endswith(".py"):
                    yield f"{__package__}.{family}.{name.removesuffix('.py')}"


def _names(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith(("_", ".")))
