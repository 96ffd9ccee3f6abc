"""Finds the adapters: a module beside this file with a ``SCANNER`` is one, and nothing else names it."""

from __future__ import annotations

import importlib
import os

from modelyard.scanners.api import Scanner

# Modules of the framework; every other one is an adapter, and one without a SCANNER is a mistake.
_FRAMEWORK = frozenset(
    {
        "api",
        "ask",
        "cache",
        "clean",
        "coverage",
        "find",
        "install",
        "process",
        "registry",
        "reports",
        "run",
    }
)


def scanner_modules() -> list[str]:
    """The names of all adapters' modules, from the folder alone: none is imported."""
    with os.scandir(os.path.dirname(__file__)) as entries:
        names = {entry.name.removesuffix(".py") for entry in entries if entry.name.endswith(".py")}
    return sorted(name for name in names - _FRAMEWORK if not name.startswith("_"))


def scanners() -> dict[str, Scanner]:
    """All scanners by name. A module that is no adapter raises AttributeError: it is in the wrong folder."""
    found = [importlib.import_module(f"modelyard.scanners.{name}").SCANNER for name in scanner_modules()]
    return {scanner.name: scanner for scanner in sorted(found, key=lambda one: one.name)}
