"""One engine, one registry and one rendered repository for all tests here; images are built when needed.

Without an engine the tests are skipped, for one reason in one line. Where MODELYARD_TEST_CONTAINERS is
``required`` (``tools/test`` sets it in CI and with --with-containers), a test that is skipped has failed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support.containers import builds, images, opening, programs, registry, repository, seeds
from tests.support.containers.engine import Engine, EngineError
from tests.support.containers.programs import Programs
from tests.support.containers.registry import Registry
from tests.support.containers.repository import CACHE, Repository
from tests.support.containers.s3 import Storage
from tests.support.containers.seeds import Seeds

REQUIRED = os.environ.get("MODELYARD_TEST_CONTAINERS") == "required"
DOCKER_REQUIRED = os.environ.get("MODELYARD_TEST_DOCKER") == "required"
DOCKER = "test_docker.py"  # the other engine: not one that CI must have


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "containers: builds or runs containers; needs an engine")
    config.addinivalue_line("markers", "needs(*images): the images that a test runs, built ahead of it")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where containers are required, "skipped" is one more way to fail."""
    report = yield
    required = DOCKER_REQUIRED if item.path.name == DOCKER else REQUIRED
    if required and report.skipped and Path(__file__).parent in item.path.parents:
        report.outcome = "failed"
        report.longrepr = f"skipped where containers are required: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that run an image come after those that do not: meanwhile the images are being built."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents and "built" in fixtures(item))


def fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


@pytest.fixture(scope="session", autouse=True)
def ahead(request: pytest.FixtureRequest) -> None:
    """Begins to build at once what the chosen tests need."""
    if any(item.get_closest_marker("needs") for item in request.session.items):
        with contextlib.suppress(pytest.skip.Exception):  # those that need it are told again
            request.getfixturevalue("built")


@pytest.fixture(scope="session")
def found() -> Programs:
    """The programs that running containers takes."""
    found = programs.find()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory, found: Programs) -> Iterator[Registry]:
    """The registry, empty at first."""
    with registry.running(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="session")
def digests(found: Programs, local: Registry) -> dict[str, str]:
    """The images that everything else starts from, in the registry: digests by entry of the catalogue."""
    return images.publish(local, found.python, CACHE)


@pytest.fixture(scope="session")
def containers(found: Programs, local: Registry, digests: dict[str, str]) -> Iterator[Engine]:
    """The engine, proven to run a container."""
    try:
        with opening.opened(found, CACHE, local.host) as opened:
            base = f"docker.io/library/python@{digests[found.python.catalogue_key]}"
            opened.podman("run", "--rm", "--network", "none", base, "true")
            yield opened
            left = opened.left("--external")
            assert not any(left.values()), f"a test left something behind: {left}"
    except EngineError as error:
        pytest.skip(f"containers do not run here: {str(error).splitlines()[-1]}")


@pytest.fixture(scope="session")
def rendered(
    tmp_path_factory: pytest.TempPathFactory, found: Programs, digests: dict[str, str]
) -> Repository:
    """The examples, rendered for what is here."""
    return repository.make(tmp_path_factory.mktemp("repository") / "examples", digests, found.python)


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, containers: Engine, rendered: Repository) -> Iterator[builds.Built]:
    """Images by name; those that the chosen tests need are being built from now on, in their order."""
    marks = [mark for item in request.session.items for mark in item.iter_markers("needs")]
    build = builds.Built(containers, rendered)
    build.begin(image for mark in marks for image in mark.args)
    try:
        yield build
    finally:
        build.end()


@pytest.fixture(scope="session")
def seeds_of(tmp_path_factory: pytest.TempPathFactory, rendered: Repository) -> Seeds:
    """Trained weights of the examples, where their manifests say that they are."""
    return seeds.Seeds(rendered, tmp_path_factory.mktemp("weights"))


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An S3 for one pod, with nothing in it."""
    (tmp_path / "seed").mkdir()
    return Storage(tmp_path / "seed", tmp_path / "dump")
