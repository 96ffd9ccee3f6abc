"""Whatever ends a run, nothing of it is left: no process, network, mount, volume or folder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.containers import opening
from tests.support.containers.engine import Engine
from tests.support.containers.programs import Programs
from tests.support.containers.registry import Registry
from tests.support.containers.repository import ROOT

pytestmark = pytest.mark.containers
SCRIPT = Path(__file__).with_name("begun.py")


@pytest.fixture
def image(found: Programs, digests: dict[str, str]) -> str:
    return f"docker.io/library/python@{digests[found.python.catalogue_key]}"


@contextlib.contextmanager
def begun(
    cache: Path, local: Registry, image: str, what: str
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """A run that goes on, and where its things are; ended with the block if it still goes on then."""
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools'}"}
    command = [sys.executable, str(SCRIPT), str(cache), local.host, image, what]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if not line:
                raise AssertionError(process.communicate()[1].decode())
            yield process, json.loads(line)
        finally:
            if process.poll() is None:
                process.kill()


def traces(places: dict[str, str]) -> Iterator[str]:
    """Everything on this machine that names the folders or the network of a run."""
    for name in ("folder", "short"):
        if Path(places[name]).exists():
            yield places[name]
    mounts = Path("/proc/self/mounts").read_text()
    yield from (line for line in mounts.splitlines() if places["folder"] in line or places["short"] in line)
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = command.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has ended meanwhile
        if places["folder"] in text or places["short"] in text:
            yield text
    if places["network"] and Path("/var/lib/cni/networks", places["network"]).exists():
        yield f"addresses of {places['network']}"


def bridges() -> set[str]:
    return {path.parent.name for path in Path("/sys/class/net").glob("*/bridge")}


@pytest.mark.parametrize("what", ["task", "pod", "build"])
def test_after_ctrl_c(tmp_path: Path, local: Registry, image: str, what: str) -> None:
    before = bridges()
    with begun(tmp_path, local, image, what) as (process, places):
        assert list(traces(places)) != []
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()
    assert process.returncode != 0
    assert said.rstrip().endswith("KeyboardInterrupt"), said
    assert list(traces(places)) == []
    assert bridges() <= before
    assert {path.name for path in tmp_path.iterdir()} == {"builds", "lock"}


def test_after_being_killed_the_next_run_tidies_up(
    tmp_path: Path, found: Programs, local: Registry, image: str
) -> None:
    before = bridges()
    with begun(tmp_path, local, image, "task") as (process, places):
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert list(traces(places)) != []
    with opening.opened(found, tmp_path, local.host) as opened:
        assert list(traces(places)) == []
        assert not any(opened.left("--external").values())
    assert bridges() <= before


def test_a_run_that_is_alive_is_left_alone(
    tmp_path: Path, found: Programs, local: Registry, image: str
) -> None:
    with opening.opened(found, tmp_path, local.host) as first:
        assert opening.sweep(found, tmp_path) == []
        assert first.podman("run", "--rm", "--network", "none", image, "echo", "alive").stdout == "alive\n"


def test_nothing_of_the_machines_own_engine_is_seen(containers: Engine) -> None:
    said = json.loads(containers.podman("info", "--format", "json").stdout)
    places = {said["store"][name] for name in ("graphRoot", "runRoot", "volumePath", "configFile")}
    inside = (containers.folder, containers.short)
    assert [place for place in places if not any(Path(place).is_relative_to(root) for root in inside)] == []
