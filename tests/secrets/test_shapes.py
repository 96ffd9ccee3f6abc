"""Every shape finds what it describes, in a line of text and by itself, and does not show it."""

from __future__ import annotations

import random
import re

import pytest

from modelyard.secrets.detect import detect, detect_value
from modelyard.secrets.shapes import Shape, all_shapes
from tests.secrets.samples import matching

SHAPES = all_shapes()


def test_there_are_many_kinds_and_each_has_an_anchor() -> None:
    assert len({shape.kind for shape in SHAPES}) >= 200
    for shape in SHAPES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", shape.kind)
        assert shape.anchors
        assert all(len(anchor) >= 2 for anchor in shape.anchors)


def anchored(shape: Shape, rng: random.Random) -> str:
    """A text of the shape; patterns may be wider than the anchors that lead to them."""
    for _ in range(300):
        text = matching(shape.pattern, rng)
        if any(anchor in text for anchor in shape.anchors):
            return text
    raise AssertionError(f"no text of {shape.kind} has any of its anchors")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.kind}-{shape.anchors[0][:12]}")
def test_what_a_shape_describes_is_found(shape: Shape) -> None:
    for seed in range(3):
        text = anchored(shape, random.Random(f"{shape.kind} {seed}"))
        for written in (f'setting: "{text}"\n', f"see {text} there\n"):
            hits = list(detect(written))
            assert hits, written
            assert all(text[-12:] not in hit.hint and len(hit.fingerprint) == 16 for hit in hits)
        assert detect_value("", text)
