"""The small readers of values: variables, words, volumes, and the two spellings of ECS."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.subjects.compose_values import short_volume
from modelyard.subjects.dockerfile_words import expand, split_words, unquote
from modelyard.subjects.ecs import at
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import TaskDefinition
from modelyard.subjects.images import interpolate
from modelyard.subjects.reading import read_documents
from modelyard.subjects.spelling import api, spell_path

KNOWN = {"A": "x", "E": "", "N": None}


@pytest.mark.parametrize(
    ("text", "value", "known"),
    [
        ("$A-${A}", "x-x", True),
        ("${A:-y}${B:-y}${E:-y}${E-y}${N-y}", "xyyy", True),
        ("${A:+y}|${B:+y}|${E:+y}|${E+y}", "y|||y", True),
        ("${B:-${A}}", "x", True),
        ("${A:?no}", "x", True),
        ("$B", "$B", False),
        ("$N/${N}", "$N/${N}", False),
        ("${B:?no}", "${B:?no}", False),
        ("'$A' \"$A\" \\$A", "'$A' \"x\" \\$A", True),
        ("${A", "${A", False),
        ("$", "$", True),
        ("${A#p}", "${A#p}", False),
        ("${A:-" * 10 + "}" * 10, "x", True),
        ("${B:-" * 50 + "}" * 50, "${B:-" * 50 + "}" * 50, False),
    ],
)
def test_expand(text: str, value: str, known: bool) -> None:
    assert expand(text, KNOWN) == (value, known)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a${A}b", "axb"),
        ("$$A ${B:-c} ${E:-d} ${E-d} ${A:+e} ${B+f}", "$A c d  e "),
        ("${B}", None),
        ("${B:?must}", None),
        ("${A:?must}", "x"),
        ("${ A }", None),
        ("cost: 5$", "cost: 5$"),
    ],
)
def test_interpolate(text: str, value: str | None) -> None:
    assert interpolate(text, {"A": "x", "E": ""}) == value


@settings(max_examples=200, deadline=None)
@given(st.text("ab '\"\\$ \t{}:-", max_size=30), st.sampled_from("\\`"))
def test_words_keep_every_character_but_blanks(text: str, escape: str) -> None:
    words = split_words(text, escape)
    assert "".join("".join(words).split()) == "".join(text.split())
    for word in words:
        assert len(unquote(word, escape)) <= len(word)
    assert expand(text, {}, escape)[0].count("a") <= text.count("a")


@pytest.mark.parametrize(
    ("text", "source", "read_only"),
    [
        ("/a:/b", "/a", False),
        ("/a:/b:ro,z", "/a", True),
        ("./a:/b:rw", "./a", False),
        ("name:/b", "name", False),
        ("/only", "", False),
        ("C:\\a:/b:ro", "C:\\a", True),
        ("${DATA:-/srv}:/b", "/srv", False),
        ("${DATA}:/b", "${DATA}", False),
    ],
)
def test_short_volume(text: str, source: str, read_only: bool) -> None:
    assert short_volume(text) == (source, read_only)


SPELLED: list[tuple[Any, Any]] = [
    ("TaskRoleArn", "taskRoleArn"),
    ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
    ("FilesystemId", "fileSystemId"),
    ("ReadonlyRootFilesystem", "readonlyRootFilesystem"),
]


@pytest.mark.parametrize(("capital", "plain"), SPELLED)
def test_spelling_goes_both_ways(capital: str, plain: str) -> None:
    assert api({capital: 1}) == {plain: 1}
    assert spell_path((plain,)) == (capital,)


def test_words_of_the_user_are_not_spelled() -> None:
    template = {"DockerLabels": {"Some.Label": "x"}, "LogConfiguration": {"Options": {"Mode": "y"}}}
    assert api(template) == {
        "dockerLabels": {"Some.Label": "x"},
        "logConfiguration": {"options": {"Mode": "y"}},
    }
    assert spell_path(("logConfiguration", "options", "mode")) == ("LogConfiguration", "Options", "mode")
    assert api({"Image": {"Fn::If": ["C", {"Ref": "A"}, "b"]}}) == {
        "image": {"Fn::If": ["C", {"Ref": "A"}, "b"]}
    }


STACK = """Resources:
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Volumes:
      - EFSVolumeConfiguration:
          TransitEncryption: DISABLED
      ContainerDefinitions: []
"""
PLAIN = """{"taskDefinition": {"containerDefinitions": [], "volumes": [{"efsVolumeConfiguration": {
"transitEncryption": "DISABLED"}}]}}"""


@pytest.mark.parametrize(("path", "text", "line"), [("x.yaml", STACK, 7), ("x.json", PLAIN, 2)])
def test_a_place_in_a_task_definition(path: str, text: str, line: int) -> None:
    document = read_documents(path, text.encode()).documents[0]
    task = next(fact for fact in facts_of(document) if isinstance(fact, TaskDefinition))
    assert task.definition["volumes"][0]["efsVolumeConfiguration"]["transitEncryption"] == "DISABLED"
    found = at(task, "volumes", 0, "efsVolumeConfiguration", "transitEncryption")
    assert document.locate(found).line == line
