"""An engine, a registry with a base image, a package index that wants a password, and a repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.build import checkout
from tests.build.index import Index, serving
from tests.support.containers import images, opening, programs, registry
from tests.support.containers.engine import Engine
from tests.support.containers.programs import Programs
from tests.support.containers.registry import Registry

REQUIRED = os.environ.get("MODELYARD_TEST_CONTAINERS") == "required"
CACHE = Path(__file__).resolve().parents[2] / ".cache/containers"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "containers: builds or runs containers; needs an engine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where containers are required, "skipped" is one more way to fail."""
    report = yield
    if REQUIRED and report.skipped and item.path.parent == Path(__file__).parent:
        report.outcome = "failed"
        report.longrepr = f"skipped where containers are required: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered repository, to be copied: rendering takes longer than the tests."""
    return checkout.lay_out(tmp_path_factory.mktemp("template") / "repository")


@pytest.fixture
def unversioned(tmp_path: Path, template: Path) -> Path:
    """A repository that is not in Git."""
    return Path(shutil.copytree(template, tmp_path / "repository"))


@pytest.fixture
def root(unversioned: Path) -> Path:
    """A repository with one commit; its base image exists nowhere."""
    return checkout.start(unversioned)


@pytest.fixture(scope="session")
def found() -> Programs:
    """The programs that building takes."""
    reason = found = programs.find()
    if isinstance(found, str):
        pytest.skip(str(reason))
    return found


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory, found: Programs) -> Iterator[Registry]:
    with registry.running(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="session")
def base(found: Programs, local: Registry) -> str:
    """The digest of the stand-in for docker.io/library/python."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return local.push("library/python", "stand-in", images.image([images.base_layer(found.python, CACHE)]))


@pytest.fixture(scope="session")
def containers(found: Programs, local: Registry, base: str) -> Iterator[Engine]:
    """The engine, apart from any other on this machine; nothing may be left in it."""
    with opening.opened(found, CACHE, local.host) as opened:
        yield opened
        left = opened.left()
        assert not any(left.values()), f"a test left something behind: {left}"


@pytest.fixture(scope="session")
def index() -> Iterator[Index]:
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def with_base(tmp_path_factory: pytest.TempPathFactory, found: Programs, base: str) -> Path:
    folder = tmp_path_factory.mktemp("with-base") / "repository"
    return checkout.make(folder, found.python.catalogue_key, base)


@pytest.fixture
def repository(tmp_path: Path, with_base: Path) -> Path:
    """A committed repository with the models ``echo`` (with a requirement) and ``plain`` (without)."""
    return Path(shutil.copytree(with_base, tmp_path / "repository"))
