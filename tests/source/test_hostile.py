"""Documents made to be expensive. The bounds are loose; what they exclude is growth out of hand."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from modelyard.source import Limits, read
from modelyard.source.events import PurePythonParser
from modelyard.source.reading import understand
from tests.source.parsers import path

size = 1024 * 1024
letters = "abcdefghij"
laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in pairwise(letters)
)
doubling = "- &a0 [x, x]\n" + "".join(f"- &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 10))

hostile: dict[str, tuple[str, str]] = {
    "a file of 50 MB": ("x" * 50 * size, "too-large"),
    "10,000 brackets": ("[" * 10_000, "too-deep"),
    "10,000 closed brackets": ("[" * 10_000 + "]" * 10_000, "too-deep"),
    "brackets on lines": ("[\n" * (size // 2), "too-deep"),
    "a megabyte of braces": ("{" * size, "too-deep"),
    "nested braces with keys": ("{a: " * (size // 4), "too-deep"),
    "brackets as keys": ("[" * 1000 + ":" * 1000, "too-deep"),
    "nested dashes": ("- " * (size // 2), "too-deep"),
    "nested question marks": ("? " * (size // 2), "too-deep"),
    "nested block mappings": ("".join(" " * i + "a:\n" for i in range(1400)), "too-deep"),
    "nested anchors": ("".join(f"&a{i} [" for i in range(100_000)), "too-deep"),
    "billion laughs": (laughs, "too-many-aliases"),
    "doubling aliases": (doubling, ""),
    "a chain of aliases": (
        "- &a0 x\n" + "".join(f"- &a{i} [*a{i - 1}]\n" for i in range(1, 5000)),
        "too-many-aliases",
    ),
    "a merge-key bomb": ("a: &a {x: 1}\n" + "<<: *a\n" * 100_000, "too-many-aliases"),
    "merge keys": ("<<: {}\n" * 100_000, "more-findings"),
    "one long plain scalar": ("a: " + "x" * (size - 3), ""),
    "one long scalar of words": ("a: " + "x " * (size // 2 - 2), ""),
    "one long double-quoted scalar": ('a: "' + "\\x41" * (size // 4 - 2) + '"', ""),
    "one long single-quoted scalar": ("a: '" + "''" * (size // 2 - 3) + "'", ""),
    "one long block scalar": ("a: |\n" + "  x\n" * (size // 4 - 2), ""),
    "one long folded scalar": ("a: >\n" + "  x\n\n" * (size // 5 - 2), ""),
    "one long integer": ("a: " + "1" * (size - 3), "number-too-long"),
    "one long number": ("a: 1." + "1" * (size - 6) + "x", ""),
    "one long key": ("a" * (size - 2) + ": ", "yaml-syntax"),
    "a million keys": ("".join(f"k{i}: 1\n" for i in range(95_000)), "too-many-nodes"),
    "a million items": ("[" + "1," * (size // 2 - 2) + "]", "too-many-nodes"),
    "duplicate keys": ("a: 1\n" * (size // 5), "more-findings"),
    "anchors": ("".join(f"- &a{i} x\n" for i in range(70_000)), "too-many-nodes"),
    "unknown aliases": ("- *a\n" * 200_000, "too-many-aliases"),
    "directives": ("%TAG !a! !\n" * (size // 11), "more-findings"),
    "tags": ("- !a x\n" * (size // 7), "more-findings"),
    "documents": ("a\n---\n" * (size // 6), "several-documents"),
    "NULs": ("\0" * size, "more-findings"),
    "carriage returns": ("\r" * size, "more-findings"),
    "bidi characters": ("\u202e" * (size // 3), "more-findings"),
    "line breaks": ("\r\n" * (size // 2), "empty-document"),
    "comments": ("# x\n" * (size // 4), "empty-document"),
    "spaces": (" " * size, "empty-document"),
    "tabs": ("\t" * size, "tab-indentation"),
    "words and a tab": ("a: " + "x " * (size // 2 - 10) + "\n# \t", ""),
    "quotes": ('"' * size, "yaml-syntax"),
}


@pytest.mark.parametrize("name", hostile)
def test_cost_is_bounded(name: str) -> None:
    text, rule = hostile[name]
    data = text.encode()
    started = time.process_time()
    reading = read(path, data)
    spent = time.process_time() - started
    assert (reading.root is None) == bool(rule)
    assert [finding.rule for finding in reading.findings][-1:] == ([rule] if rule else [])
    assert len(reading.findings) <= Limits().max_findings + 1
    # Libyaml takes 0.05 s at most on a 2020s core, PyYAML alone 0.8 s. Slow machines get ten times that.
    assert spent < (8 if "\t" in text else 1)


@pytest.mark.parametrize(
    "name", ["10,000 brackets", "billion laughs", "nested dashes", "a million keys", "tags"]
)
def test_without_libyaml_too(name: str) -> None:
    text, rule = hostile[name]
    reading = understand(path, text.encode(), Limits(), PurePythonParser)
    assert [finding.rule for finding in reading.findings][-1:] == [rule]
