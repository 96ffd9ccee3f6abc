"""Making the environment: several at once, killed at any moment, with whatever goes wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bootstrap.checkout import Checkout, finish, kill, make_wheel


def wait_for(what: Callable[[], bool]) -> None:
    """Waits until something is so; ten seconds is a failure."""
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "nothing happened for ten seconds"
        time.sleep(0.01)


def leftovers(checkout: Checkout) -> set[str]:
    """What the bootstrap left beside the environment and its lock."""
    return {path.name for path in checkout.root.iterdir()} - {"tools", ".venv", ".venv.lock"}


def test_three_at_once_install_once(checkout: Checkout) -> None:
    outcomes = [finish(process) for process in [checkout.start(str(number)) for number in range(3)]]
    assert [outcome.code for outcome in outcomes] == [0, 0, 0]
    assert [outcome.seen["argv"] for outcome in outcomes] == [["render", str(number)] for number in range(3)]
    assert sum(outcome.installed for outcome in outcomes) == 1
    waited = [outcome for outcome in outcomes if not outcome.installed]
    assert all(outcome.said == "" or "waiting for it" in outcome.said for outcome in waited)
    assert leftovers(checkout) == set()


@pytest.mark.parametrize("delay", [0.02, 0.2, 0.5, 0.9])
def test_killed_at_any_moment_the_next_run_repairs(checkout: Checkout, delay: float) -> None:
    process = checkout.start()
    time.sleep(delay)
    kill(process)
    after = checkout.run()
    assert after.code == 0, after.said
    assert after.seen["tiny"] == "1.0"
    assert leftovers(checkout) == set()


def test_an_installer_that_outlives_its_parent_is_waited_for(checkout: Checkout) -> None:
    """kill -9 leaves the installer running: nobody may build where it still writes."""
    checkout.uv('touch "$HOME/started"; sleep 2; touch "$HOME/finished"; exit 1')
    process = checkout.start()
    wait_for((checkout.wheels / "started").exists)
    process.kill()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    assert not (checkout.wheels / "finished").exists()
    (checkout.bin / "uv").unlink()
    after = checkout.run()
    assert (checkout.wheels / "finished").exists()
    assert after.code == 0, after.said
    assert "waiting for it" in after.said
    assert after.installed


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_tidies_up(checkout: Checkout, number: int, code: int) -> None:
    checkout.uv('touch "$HOME/started"; sleep 30')
    began = time.monotonic()
    process = checkout.start()
    wait_for((checkout.wheels / "started").exists)
    outcome = kill(process, number)
    assert outcome.code in (code, -number)
    assert "Traceback" not in outcome.said
    wait_for(lambda: not checkout.venv.exists())
    assert leftovers(checkout) == set()
    assert time.monotonic() - began < 10


def test_a_changed_lock_makes_it_anew(checkout: Checkout) -> None:
    assert checkout.run().seen["tiny"] == "1.0"
    checkout.lock("2.0")
    changed = checkout.run()
    assert changed.seen["tiny"] == "2.0"
    assert "setting up .venv (run.lock or Python changed)" in changed.said
    assert sorted(path.name for path in checkout.venv.rglob("tiny-*")) == ["tiny-2.0.dist-info"]
    assert leftovers(checkout) == set()
    assert checkout.run().said == ""


def test_a_file_with_another_hash_is_refused_and_the_old_environment_kept(checkout: Checkout) -> None:
    assert checkout.run().installed
    before = (checkout.root / "tools" / "requirements" / "run.lock").read_text()
    checkout.lock("2.0", digest=hashlib.sha256(b"another file").hexdigest())
    refused = checkout.run()
    assert refused.code == 2
    assert refused.printed == ""
    assert "modelyard: cannot install what run.lock lists:\n" in refused.said
    assert "DO NOT MATCH THE HASHES" in refused.said
    assert "Traceback" not in refused.said
    (checkout.root / "tools" / "requirements" / "run.lock").write_text(before)
    assert checkout.run().said == ""


def test_a_package_that_cannot_be_had_is_one_message(checkout: Checkout) -> None:
    (checkout.wheels / "tiny-1.0-py3-none-any.whl").unlink()
    outcome = checkout.run()
    assert outcome.code == 2
    assert "No matching distribution found for tiny==1.0" in outcome.said
    assert not checkout.venv.exists()
    make_wheel(checkout.wheels, "1.0")
    assert checkout.run().code == 0


def test_uv_is_used_if_present_and_pip_if_it_fails(checkout: Checkout) -> None:
    checkout.uv('echo "$@" >"$HOME/arguments"; exit 1')
    outcome = checkout.run()
    assert outcome.code == 0
    assert "modelyard: uv could not install the packages; trying pip" in outcome.said
    arguments = (checkout.wheels / "arguments").read_text().split()
    assert arguments[:2] == ["pip", "install"]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(arguments)


def test_real_uv(checkout: Checkout) -> None:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on this machine")
    (checkout.bin / "uv").symlink_to(uv)
    outcome = checkout.run(UV_FIND_LINKS=str(checkout.wheels), UV_NO_INDEX="1", UV_OFFLINE="1")
    assert outcome.code == 0, outcome.said
    assert "trying pip" not in outcome.said
    assert outcome.seen["tiny"] == "1.0"


def test_an_interpreter_that_is_gone_makes_it_anew(checkout: Checkout) -> None:
    assert checkout.run().installed
    python = checkout.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3.11")
    again = checkout.run()
    assert (again.code, again.installed) == (0, True)


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_it_did_not_make_it_does_not_remove(checkout: Checkout, tmp_path: Path, kind: str) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious").write_text("keep me")
    if kind == "folder":
        mine = mine.rename(checkout.venv)
    elif kind == "file":
        checkout.venv.write_text("keep me")
    else:
        checkout.venv.symlink_to(mine)
    outcome = checkout.run()
    assert outcome.code == 2
    assert (
        outcome.said == "modelyard: .venv is in the way: Modelyard did not make it. Move it and try again.\n"
    )
    kept = checkout.venv if kind == "file" else mine / "precious"
    assert kept.read_text() == "keep me"


def test_tests_have_an_environment_of_their_own(checkout: Checkout) -> None:
    """So that render after test, and test after render, install nothing."""
    requirements = checkout.root / "tools" / "requirements"
    assert checkout.run().installed
    checkout.lock("2.0")
    (requirements / "run.lock").rename(requirements / "test.lock")
    checkout.lock("1.0")
    (checkout.root / "tools" / "bootstrap" / "checks.py").write_text(
        "import sys, tiny; print(tiny.VERSION, *sys.argv[1:])"
    )
    tested = finish(checkout.start("-k", "one", verb="test"))
    assert (tested.printed, tested.installed) == ("2.0 -k one\n", True)
    assert checkout.run().said == ""
    assert finish(checkout.start(verb="test")).said == ""


@pytest.mark.parametrize("part", ["scan", "checkov"])
def test_the_environments_of_scanners_are_made_the_same_way(checkout: Checkout, part: str) -> None:
    requirements = checkout.root / "tools" / "requirements"
    shutil.copy(requirements / "run.lock", requirements / f"{part}.lock")
    command = [
        str(checkout.bin / "python3"),
        "-I",
        str(checkout.root / "tools" / "bootstrap"),
        str(checkout.root),
    ]
    for said in ("is ready, in", ""):
        done = subprocess.run(
            [*command, part], env=checkout.environ(), capture_output=True, text=True, check=True
        )
        assert said in done.stderr
        assert (done.stderr == "") == (said == "")
    assert (checkout.root / f".venv-{part}" / "installed.lock").read_bytes() == (
        requirements / f"{part}.lock"
    ).read_bytes()
    assert not checkout.venv.exists()
