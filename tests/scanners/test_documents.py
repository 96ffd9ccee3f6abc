"""Inputs cut into documents: each a file, each line where it was, and nothing that asks to look away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.scanners import _documents as documents
from modelyard.scanners.api import Input
from modelyard.subjects.document import Kind

KINDS: tuple[Kind, ...] = ("kubernetes",)
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"


def pieces(text: str, path: str = "x.yaml") -> list[documents.Piece]:
    return list(documents.pieces_of(7, Input.of(path, KINDS, (), text.encode()), KINDS))


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.format(name="a") + "---\n" + CONFIG.format(name="b"),
        "# First.\n---\n"
        + CONFIG.format(name="a")
        + "--- # Second.\n"
        + CONFIG.format(name="b")
        + "...\n---\n# none\n",
        "\ufeff---\n" + CONFIG.format(name="a") + "...\n---\n" + CONFIG.format(name="b"),
        (CONFIG.format(name="a") + "data:\n  x: |\n    ---\n    y\n---\n" + CONFIG.format(name="b")),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_each_document_is_a_piece(text: str, ends: str) -> None:
    first, second = pieces(text.replace("\n", ends))
    assert (first.resources, second.resources) == (("ConfigMap/a",), ("ConfigMap/b",))
    assert first.name != second.name
    for piece in (first, second):
        assert piece.document is not None
        line = piece.document.locate(("metadata", "name")).line
        assert piece.before is not None
        inside = piece.text.decode().splitlines()[line - piece.before - 1]
        assert inside.strip() in ("name: a", "name: b")
        assert piece.at_line(line - piece.before).line == line


def test_a_broken_document_is_a_piece_without_one() -> None:
    before, broken, after = pieces(f"{CONFIG}---\nkind: [\n---\n{CONFIG}")
    assert broken.document is None
    assert broken.resources == ()
    assert before.document is not None
    assert after.document is not None


def test_a_list_becomes_its_objects() -> None:
    items = "".join(f"- {CONFIG.format(name=name)}".replace("\n", "\n  ").rstrip(" ") for name in "ab")
    found = pieces(f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert [piece.resources for piece in found] == [("ConfigMap/a",), ("ConfigMap/b",)]
    assert [piece.at_line(99).line for piece in found] == [4, 8]
    assert all(piece.name.endswith(".json") for piece in found)


def test_what_no_cluster_takes_is_left_out() -> None:
    assert pieces("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n") == []
    assert (
        pieces("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n")
        == []
    )


def test_a_piece_is_written_by_a_name_that_says_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    found = pieces(CONFIG.format(name="a"), ".hidden/node_modules/kustomization.yaml")
    documents.write_pieces(found, folder)
    assert [path.name for path in folder.iterdir()] == ["000007-00000.yaml"]


@pytest.mark.parametrize(
    "skip",
    [
        "# checkov:skip=CKV_K8S_1: why",
        "#bridgecrew:skip=BC_1",
        "x # cortex: skip=CKV_1",
        "checkov.io/skip1: CKV_K8S_1=why",
        "#trivy:ignore:KSV-0017",
        "#tfsec:ignore:*",
        "# trivy:exp:2099-01-01:ignore:KSV-0017",
    ],
)
def test_a_skip_loses_its_effect_and_no_byte(skip: str) -> None:
    left = documents.without_skips(skip.encode())
    assert len(left) == len(skip)
    assert left != skip.encode()
    assert documents.without_skips(left) == left


@pytest.mark.parametrize(
    "text", ["image: aquasec/trivy:0.76.0", "name: checkov", "url: https://checkov.io/docs"]
)
def test_what_asks_for_nothing_stays(text: str) -> None:
    assert documents.without_skips(text.encode()) == text.encode()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["---\n", "a: 1\n", "# c\n", "...\n", CONFIG, "kind: [\n", "- x\n", "\n"])))
def test_no_line_is_lost_or_moved(parts: list[str]) -> None:
    text = "".join(parts)
    lines = text.split("\n")
    for piece in pieces(text):
        assert piece.before is not None
        own = piece.text.decode().split("\n")
        assert own[:-1] == lines[piece.before : piece.before + len(own) - 1]
