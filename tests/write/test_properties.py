from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.write.paths import clashes, parents, why_unsafe
from tests.write.files import planned, put, rendered, rules, sealed, snapshot

names = st.sampled_from(["a", "b", "c", "é", "x.y", "-"])
paths = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/".join(["out", *parts]))
maps = st.dictionaries(paths, st.sampled_from(["1", "2", "3"]).map(sealed), max_size=12)


def possible(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without the files whose path another one needs as a folder."""
    folders = {parent for path in files for parent in parents(path)}
    return {path: data for path, data in files.items() if path not in folders}


@settings(max_examples=150, deadline=None)
@given(old=maps.map(possible), new=maps.map(possible), outside=st.booleans())
def test_the_tree_becomes_what_is_wanted(old: dict[str, bytes], new: dict[str, bytes], outside: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        put(root, old)
        if outside:
            put(root, {"models/m": b"mine"})
        made = rendered(root, new, ["out"])
        assert made.findings == ()
        kept = {"models/m": b"mine", "models/": b""} if outside else {}
        folders = {f"{parent}/": b"" for path in new for parent in parents(path)}
        assert snapshot(root) == new | folders | kept
        again = planned(root, new, ["out"])
        assert not again.has_work
        assert {change.path: change.after for change in again.changes} == new


@settings(max_examples=60, deadline=None)
@given(generated=maps.map(possible), foreign=maps.map(possible), new=maps.map(possible))
def test_nothing_foreign_is_ever_lost(
    generated: dict[str, bytes], foreign: dict[str, bytes], new: dict[str, bytes]
) -> None:
    both = possible(generated | foreign)
    mine = {path: path.encode() for path in foreign if path in both}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        put(root, both | mine)
        made = rendered(root, new, ["out"])
        after = snapshot(root)
        assert {path: after.get(path) for path in mine} == mine
        assert set(mine) <= {path for _, path in rules(made)}
        free = [path for path in new if path not in mine and not set(parents(path)) & set(mine)]
        needed = {parent for path in mine for parent in parents(path)}
        assert all(after[path] == new[path] for path in free if path not in needed)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12) | st.text(alphabet="./a\\G", max_size=8))
def test_a_path_that_passes_stays_inside(path: str) -> None:
    if not why_unsafe(path):
        parts = path.split("/")
        assert not set(parts) & {"", ".", ".."}
        assert path.isprintable() or not any(ord(char) < 0x20 for char in path)
        assert Path("/srv", path).is_relative_to("/srv")


@settings(max_examples=200, deadline=None)
@given(st.sets(st.text(alphabet="aA/é", min_size=1, max_size=5)))
def test_clashes_are_those_of_lowered_paths(every: set[str]) -> None:
    safe = {path for path in every if not why_unsafe(path)}
    spellings = safe | {parent for path in safe for parent in parents(path)}
    both = {path for path in safe if any(other.startswith(f"{path}/") for other in safe)}
    expected = len({path.lower() for path in spellings}) != len(spellings) or bool(both)
    assert bool(list(clashes(safe))) == expected
