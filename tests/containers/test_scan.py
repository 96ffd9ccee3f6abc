"""An image that was built here, judged by the gate: its digest in the registry, trivy, a database of our own.

The database is served by the same registry, as ``MODELYARD_TRIVY_DB`` of a mirror would be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.command import run
from tests.support.containers.builds import build
from tests.support.containers.engine import Engine
from tests.support.containers.registry import Registry
from tests.support.containers.repository import Repository
from tests.support.trivy_db import Advisory, Facts, database

pytestmark = pytest.mark.containers
NOW = "2026-11-22T12:00:00Z"
# In the image by its requirements, which are installed by hash, and by its base image.
ORJSON = Advisory("CVE-2099-0001", "orjson", "CRITICAL", "99.0.0", "pip", "planted in orjson")
ABSENT = Advisory("CVE-2099-0002", "torch", "CRITICAL", "99.0.0", "pip", "planted in what is not there")
Judge = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture(scope="module")
def reference(containers: Engine, rendered: Repository, local: Registry) -> str:
    """The image of ticket-router in the registry, by the digest that the build reported."""
    place = ("--registry", f"{local.host}/scanned", "--push")
    (pushed,) = build(containers, rendered, "ticket-router", *place, environment="")
    return f"{local.host}/scanned/ticket-router@{pushed.said['digest']}"


@pytest.fixture
def judge(rendered: Repository, local: Registry, reference: str) -> Judge:
    """What `tools/scan --image` says where the database knows of these: exit code and what blocks."""

    def judge(*advisories: Advisory) -> tuple[int, list[dict[str, Any]], str]:
        name = f"trivy-db-{len(advisories)}"  # one that was fetched is not asked for again for a day
        local.push(name, "2", database(Facts(advisories)))
        words = ("--image", reference, "--now", NOW, "--format", "json")
        outcome = run(rendered.root, "scan", *words, MODELYARD_TRIVY_DB=f"{local.host}/{name}:2")
        found = outcome.json["detections"] if outcome.out else []
        return outcome.code, [one for one in found if one["state"] == "blocks"], outcome.err

    return judge


def test_only_what_is_in_the_image_is_found(judge: Judge, reference: str) -> None:
    code, blocking, said = judge(ORJSON, ABSENT)
    assert code == 1, said
    assert {one["rule"] for one in blocking} == {"CVE-2099-0001"}, blocking
    assert blocking[0]["evidence"] == reference.partition("@")[2]


def test_it_passes_where_nothing_is_known_of_it(judge: Judge) -> None:
    code, blocking, said = judge(ABSENT)
    assert (code, blocking) == (0, []), said
