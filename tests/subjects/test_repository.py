"""The repository's own files: all of them are read, and every container is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard.subjects.document import Document
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Container, Malformed, Subject
from modelyard.subjects.formats import format_of
from modelyard.subjects.reading import read_documents

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("environments", "Dockerfiles", "models", ".github")


def files() -> Iterator[str]:
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            path = file.relative_to(ROOT).as_posix()
            if file.is_file() and format_of(path) is not None and "/src/" not in path:
                yield path


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    found: list[Document] = []
    for path in files():
        read = read_documents(path, (ROOT / path).read_bytes())
        assert read.findings == (), path
        assert read.documents, path
        found += read.documents
    return found


@pytest.fixture(scope="module")
def facts(documents: list[Document]) -> list[Subject]:
    return [fact for document in documents for fact in facts_of(document)]


def containers(value: Any) -> int:
    """How many containers stand in plain data, counted without any of what is tested."""
    if isinstance(value, list):
        return sum(containers(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = sum(
        len(value[key])
        for key in ("containers", "initContainers", "containerDefinitions", "ContainerDefinitions")
        if isinstance(value.get(key), list)
    )
    return own + sum(containers(one) for one in value.values())


def test_every_container_is_seen(facts: list[Subject]) -> None:
    expected: Counter[str] = Counter()
    for path in files():
        if "/rendered/" not in path:
            continue
        for data in yaml.safe_load_all((ROOT / path).read_text()):
            expected[path] += containers(data)
            expected[path] += len(data["services"]) if path.endswith("compose.yaml") else 0
    seen = Counter(fact.document.path for fact in facts if isinstance(fact, Container))
    rendered = {path: count for path, count in seen.items() if "/rendered/" in path}
    assert rendered == {path: count for path, count in expected.items() if count}
    assert sum(rendered.values()) > 100


def test_every_dockerfile_makes_one_image(facts: list[Subject]) -> None:
    expected = {path for path in files() if path.endswith("/Dockerfile")}
    made = [one for one in facts if isinstance(one, Container) and one.platform == "docker"]
    assert {one.document.path for one in made} == expected
    assert len(made) == len(expected) > 5
    assert all(one.user is not None and one.image is not None for one in made)


def test_nothing_is_malformed(facts: list[Subject]) -> None:
    assert [(one.document.path, one.path) for one in facts if isinstance(one, Malformed)] == []


def test_the_kind_of_every_rendered_file(documents: list[Document]) -> None:
    for document in documents:
        target, kind = document.place.target, document.kind
        if target in ("ecs", "ecr"):
            assert kind == ("task-definition" if document.path.endswith(".json") else "cloudformation")
        if target == "compose":
            assert kind == "compose"
        if target == "kubernetes":
            assert kind == ("cloudformation" if document.path.endswith("/iam.yaml") else "kubernetes")
        if target or document.path.startswith("Dockerfiles/") or document.path.endswith("/model.yaml"):
            assert kind != "other", document.path


def test_every_path_leads_to_a_value(facts: list[Subject]) -> None:
    for fact in facts:
        if fact.document.kind in ("dockerfile", "codeowners"):
            continue
        value = fact.document.data
        for step in fact.path:
            value = value[step]
        assert fact.document.locate(fact.path).path == fact.document.path


def test_addresses_of_containers_are_unique(facts: list[Subject]) -> None:
    seen = Counter((one.document.path, one.resource) for one in facts if isinstance(one, Container))
    assert [one for one, count in seen.items() if count > 1] == []
