"""Values change in place: comments, order, quotes, indentation and line endings are left as they are."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.bases.bump import Bump, rewritten
from modelyard.bases.catalogue import CatalogueFile, parse
from modelyard.bases.edit import Editor, NotEditable
from modelyard.bases.look import Created, Look
from modelyard.source import Mapping, read

OLD, NEW = "sha256:" + "0" * 64, "sha256:" + "1" * 64
HEAD = "apiVersion: modelyard.dev/v1\nkind: BaseImages\nimages:\n"
NAMED = "\n    repository: x.io/a/b\n    tag: v1\n    architectures: [amd64]\n"
MADE = datetime.datetime(2026, 11, 10, tzinfo=datetime.UTC)


def bump(file: CatalogueFile, key: str = "base") -> Bump:
    (entry,) = (one for one in file.entries if one.key == key)
    look = Look(NEW, "OCI image index", ("amd64", "arm64"), Created(MADE, "registry x.io, somewhere"))
    return Bump(entry, look)


def renewed(text: str) -> str:
    file = parse(text.encode())
    assert file.findings == ()
    data, done, findings = rewritten(file, [bump(file)])
    assert (len(done), findings) == (1, [])
    return data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"digest: {OLD}", f"digest: {NEW}"),
        (f'digest: "{OLD}"   # a comment', f'digest: "{NEW}"   # a comment'),
        (f"digest:    '{OLD}'", f"digest:    '{NEW}'"),
        (f'"digest" : {OLD} #x', f'"digest" : {NEW} #x'),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_quotes_comments_and_line_endings(before: str, after: str, ending: str) -> None:
    text = (
        f"{HEAD}  # above\n  base:\n    created: 2026-08-25 # made\n    repository: x.io/a/b # where\n"
        f"    tag: v1\n\n    {before}\n    architectures: [ amd64,arm64 ]\n    sources: # why\n"
        "      created: 'a page' # c\n      architectures: b page\n      digest: \"c page\"\n# the end\n"
    ).replace("\n", ending)
    expected = (
        text.replace(before, after)
        .replace("created: 2026-08-25 #", "created: 2026-11-10 #")
        .replace("'a page' # c", "'registry x.io, somewhere' # c")
        .replace("architectures: b page", f'architectures: "registry x.io, platforms of {NEW}"')
        .replace('"c page"', '"registry x.io, tag v1 of a/b (OCI image index)"')
    )
    assert renewed(text) == expected


def test_what_is_missing_is_added_in_its_place() -> None:
    text = (
        f"{HEAD}  base:\n      repository: x.io/a/b\n      tag: v1\n      digest: {OLD}\n"
        "      architectures:\n      - amd64  # one\n"
    )
    assert renewed(text) == (
        f"{HEAD}  base:\n      repository: x.io/a/b\n      tag: v1\n      digest: {NEW}\n"
        "      architectures:\n      - amd64  # one\n      - arm64\n      created: 2026-11-10\n"
        '      sources:\n        digest: "registry x.io, tag v1 of a/b (OCI image index)"\n'
        f'        architectures: "registry x.io, platforms of {NEW}"\n'
        '        created: "registry x.io, somewhere"\n'
    )


def test_a_file_without_a_last_line_ending() -> None:
    text = (
        f"{HEAD}  base:\n    repository: x.io/a/b\n    tag: v1\n    architectures: [amd64]\n    digest: {OLD}"
    )
    assert "    created: 2026-11-10\n" in renewed(text)


@pytest.mark.parametrize(
    "entry",
    [
        f"{{repository: x.io/a/b, tag: v1, digest: {OLD}, architectures: [amd64]}}",
        f"{NAMED}    digest: &d {OLD}",
        f"{NAMED}    digest: !!str {OLD}",
        f"{NAMED}    digest: >-\n      {OLD}",
        f"{NAMED}    digest: {OLD}\n    sources: {{}}",
        f"{NAMED}    digest: {OLD}\n    sources: {{digest: a page}}",
    ],
)
def test_a_layout_that_is_not_understood_is_left_alone(entry: str) -> None:
    text = f"{HEAD}  base: {entry}\n"
    file = parse(text.encode())
    data, done, findings = rewritten(file, [bump(file)])
    assert data == text.encode()
    assert (done, [one.rule for one in findings]) == ([], ["base-not-editable"])


def test_an_alias_would_change_two_entries() -> None:
    text = (
        f"{HEAD}  other:\n    repository: x.io/a/c\n    tag: v1\n    digest: &d {OLD}\n"
        "    architectures: [amd64]\n"
        "  base:\n    repository: x.io/a/b\n    tag: v1\n    digest: *d\n    architectures: [amd64]\n"
    )
    file = parse(text.encode())
    data, done, findings = rewritten(file, [bump(file)])
    assert data == text.encode()
    assert (done, [one.rule for one in findings]) == ([], ["base-not-editable"])


words = st.text(st.characters(blacklist_categories=("C", "Z"), max_codepoint=0x2FF), min_size=1, max_size=12)
styles = st.sampled_from(["{}", "'{}'", '"{}"'])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), styles, words),
        min_size=1,
        max_size=6,
        unique_by=lambda field: field[0],
    ),
    words,
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_value_takes_the_place_of_any_other(
    fields: list[tuple[str, str, str]], new: str, ending: str
) -> None:
    """One field is replaced: all other bytes stay, comments too, and it reads as what was meant."""
    lines = [f"{key}: {style.format('old' + key)} # é {comment}" for key, style, comment in fields]
    text = ending.join([*lines, ""])
    root = read("x.yaml", text.encode()).root
    assert isinstance(root, Mapping)
    key = fields[0][0]
    editor = Editor(text.encode())
    editor.replace(root.get(key), new)
    data = editor.result()
    assert data.decode().split(ending)[1:] == text.split(ending)[1:]
    assert data.decode().split(ending)[0].endswith(f" # é {fields[0][2]}")
    after = read("x.yaml", data).root
    assert after is not None
    assert after.plain() == {**root.plain(), key: new}  # type: ignore[dict-item]


def test_what_is_no_value_is_not_replaced() -> None:
    root = read("x.yaml", b"a: [1]\n").root
    assert isinstance(root, Mapping)
    for node in (root.get("a"), root.get("b"), root):
        with pytest.raises(NotEditable):
            Editor(b"a: [1]\n").replace(node, "x")
