"""Lines, columns and lengths: what a reporter underlines."""

from __future__ import annotations

import pytest

from modelyard.source import Mapping, Node, Scalar, Sequence
from tests.source.parsers import read_both


def root_of(text: str) -> Mapping:
    root = read_both(text.encode()).root
    assert isinstance(root, Mapping)
    return root


def underlined(text: str, node: Node) -> str:
    """The part of the file that ``node`` says it is."""
    line = text.split("\n")[node.line - 1]
    assert node.column - 1 + node.length <= len(line.rstrip("\r")) or node.length == 1
    return line[node.column - 1 : node.column - 1 + node.length]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a: plain", "a", "plain"),
        ("a: 'it''s'  # note", "a", "'it''s'"),
        ('"é😀": "\\u00e9 😀" ', '"é😀"', '"\\u00e9 😀"'),
        ("é😀: ü😀ü # x", "é😀", "ü😀ü"),
        ("a: two words\n  on two lines", "a", "two words"),
        ('a: "two words\n  on two lines"', "a", '"two words'),
        ("a: |-  # kept\n  text", "a", "|-"),
        ("a: >2\n   text", "a", ">2"),
        ("x: {é: 1}\r\na: two\r\n  lines\r\n", "a", "two"),
        ("a: &mark 12 # x", "a", "&mark 12"),
        ("a: [1, 2]", "a", "["),
        ("a: {long: 2}", "a", "{"),
        ("a:\n  long: 2", "a", "long"),
        ("a:\n  - x", "a", "-"),
        ("? a\n: b", "a", "b"),
    ],
)
def test_underlined(text: str, key: str, value: str) -> None:
    node_of_key, node = list(root_of(text).entries.values())[-1]
    assert underlined(text, node_of_key) == key
    assert underlined(text, node) == value


def test_nothing_has_a_place_too() -> None:
    text = "a:\nb: 1\n"
    node = root_of(text).get("a")
    assert isinstance(node, Scalar)
    assert (node.value, node.text, node.line, node.column, node.length) == (None, "", 1, 3, 1)


def test_nested_places() -> None:
    root = root_of("serve:\n  ports:\n    - 8080\n    - {name: é, port: 1}\n")
    serve = root.get("serve")
    assert isinstance(serve, Mapping)
    ports = serve.get("ports")
    assert isinstance(ports, Sequence)
    first, second = ports.items
    assert (first.line, first.column, first.length) == (3, 7, 4)
    assert isinstance(second, Mapping)
    key, value = second.entries["port"]
    assert (key.line, key.column, value.line, value.column) == (4, 17, 4, 23)


def test_an_alias_keeps_the_place_of_its_anchor() -> None:
    root = root_of("a: &a\n  x: 1\nb: *a\n")
    assert root.get("a") is root.get("b")
