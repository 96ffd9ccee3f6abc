"""Layers are merged as RFC 7386 says, and what comes out still knows where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.source import Mapping, Node, Scalar, Sequence
from modelyard.spec.layer import find, merge
from tests.support.located import located, node

SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["", "a"])
)
KEYS = st.sampled_from("abcd")
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, DATA, max_size=4)


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386, section 2, as it is written there."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def leaves(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Mapping):
        for key, value in tree.entries.values():
            yield key
            yield from leaves(value)
    elif isinstance(tree, Sequence):
        yield tree
        for item in tree.items:
            yield from leaves(item)
    else:
        yield tree


@settings(max_examples=400)
@given(lower=DATA, upper=DATA)
def test_merge_is_json_merge_patch(lower: Any, upper: Any) -> None:
    assert merge(node(lower, "lower"), node(upper, "upper")).plain() == merge_patch(lower, upper)


@settings(max_examples=200)
@given(upper=OBJECTS)
def test_the_lowest_layer_is_laid_over_nothing(upper: Any) -> None:
    assert merge(None, node(upper, "upper")).plain() == merge_patch({}, upper)


@settings(max_examples=200)
@given(lower=OBJECTS, upper=OBJECTS)
def test_inputs_are_left_as_they_are_and_their_nodes_reused(lower: Any, upper: Any) -> None:
    below, above = node(lower, "lower"), node(upper, "upper")
    merged = merge(below, above)
    assert (below.plain(), above.plain()) == (lower, upper)
    known = {id(item) for item in (*leaves(below), *leaves(above))}
    assert all(id(item) in known for item in leaves(merged))


@settings(max_examples=100)
@given(lower=OBJECTS, upper=OBJECTS)
def test_whoever_said_it_last_is_who_said_it(lower: Any, upper: Any) -> None:
    merged = merge(node(lower, "lower"), node(upper, "upper"))
    assert isinstance(merged, Mapping)
    for key, (key_node, _) in merged.entries.items():
        assert key_node.path == ("upper" if key in upper else "lower")


def test_find_gives_the_value_or_the_nearest_above() -> None:
    tree = located("a:\n  - b: 1\n  - c: 2\n")
    assert find(tree, ("a", 1, "c"))[0].location.line == 3
    assert find(tree, ("a", 1, "c"))[1]
    nearest, there = find(tree, ("a", 1, "zzz", 4))
    assert (nearest.location.line, there) == (3, False)
    assert find(tree, ("a", 7)) == (tree.entries["a"][1], False)
    assert find(tree, ("a", "0")) == (tree.entries["a"][1], False)
    assert find(tree, ()) == (tree, True)


def test_null_is_a_value_in_a_list() -> None:
    merged = merge(located("a: [1]\n"), located("a: [null, {b: null}]\n"))
    assert merged.plain() == {"a": [None, {"b": None}]}
    assert isinstance(find(merged, ("a", 0))[0], Scalar)
