"""The launchers, run as a person runs them: from anywhere, by any name, on whatever machine."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.bootstrap.checkout import REPO, Checkout, Outcome, make_checkout


def launch(command: list[str], checkout: Checkout, cwd: Path, **more: str) -> Outcome:
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        env=checkout.environ(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose environment is made; the tests that use it leave it as it is."""
    checkout = make_checkout(tmp_path_factory.mktemp("made"))
    assert checkout.run().installed
    return checkout


def test_every_verb_is_one_script() -> None:
    """The name of the file is the verb, so that a new verb is a copy; no copy may go its own way."""
    verbs = [path for path in (REPO / "tools").iterdir() if path.is_file()]
    assert {"render", "validate", "explain", "new", "schema", "init", "release", "test"} <= {
        path.name for path in verbs
    }
    assert len({path.read_bytes() for path in verbs}) == 1
    assert all(path.stat().st_mode & stat.S_IXUSR for path in verbs)


def test_first_run_makes_the_environment_and_says_so(checkout: Checkout) -> None:
    first = checkout.run("a", "b c", "")
    assert first.code == 0, first.said
    assert "modelyard: setting up .venv (first run" in first.said
    assert first.seen["argv"] == ["render", "a", "b c", ""]
    assert first.seen["tiny"] == "1.0"
    assert first.seen["prefix"] == str(checkout.venv)
    assert first.seen["modelyard"] == str(checkout.root / "tools" / "modelyard")


def test_later_runs_start_at_once_and_say_nothing(made: Checkout) -> None:
    again = made.run("--help")
    assert (again.code, again.said) == (0, "")
    assert again.seen["argv"] == ["render", "--help"]


def test_the_environment_has_no_say(made: Checkout, tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text("VERSION = 'intruder'\n")
    seen = launch(
        [str(made.root / "tools" / "render")],
        made,
        tmp_path,
        PYTHONPATH=str(tmp_path),
        PYTHONHOME="/nonexistent",
        LC_ALL="C",
    ).seen
    assert (seen["tiny"], seen["isolated"], seen["utf8"]) == ("1.0", 1, 1)


@pytest.mark.parametrize(
    "way", ["absolute", "relative", "sh", "link", "link to link", "linked folder", "PATH"]
)
def test_found_from_anywhere(made: Checkout, tmp_path: Path, way: str) -> None:
    """The checkout is found from the file itself, and the caller's folder stays the working folder."""
    render = made.root / "tools" / "render"
    (tmp_path / "my render").symlink_to(render)
    (tmp_path / "again").symlink_to("my render")
    (tmp_path / "linked").symlink_to(made.root / "tools")
    command = {
        "absolute": [str(render)],
        "relative": [os.path.relpath(render, tmp_path)],
        "sh": ["sh", str(render)],
        "link": ["./my render"],
        "link to link": [str(tmp_path / "again")],
        "linked folder": ["linked/render"],
        "PATH": ["sh", "-c", 'PATH="$1:$PATH"; exec render', "sh", str(made.root / "tools")],
    }[way]
    outcome = launch(command, made, tmp_path, CDPATH="/:/tmp")
    assert outcome.code == 0, outcome.said
    assert outcome.seen["argv"] == ["render"]
    assert outcome.seen["cwd"] == str(tmp_path)
    assert outcome.seen["prefix"] == str(made.venv)


def test_called_by_its_bare_name(made: Checkout) -> None:
    assert launch(["sh", "render"], made, made.root / "tools").seen["prefix"] == str(made.venv)


def test_the_exit_code_is_the_tools_own(checkout: Checkout) -> None:
    (checkout.root / "tools" / "modelyard" / "__main__.py").write_text("raise SystemExit(3)\n")
    assert checkout.run().code == 3


def test_without_cmp_it_still_works(checkout: Checkout) -> None:
    assert checkout.run().installed
    (checkout.bin / "cmp").unlink()
    again = checkout.run()
    assert (again.code, again.said) == (0, "")


def test_no_python(checkout: Checkout) -> None:
    (checkout.bin / "python3").unlink()
    outcome = checkout.run()
    assert outcome.code == 2
    assert outcome.said.startswith("modelyard: needs Python 3.11 or newer on PATH")


def test_a_python_that_is_too_old_is_passed_over(checkout: Checkout) -> None:
    (checkout.bin / "python3").rename(checkout.bin / "python3.12")
    (checkout.bin / "python3").write_text("#!/bin/sh\nexit 1\n")
    (checkout.bin / "python3").chmod(0o755)
    assert checkout.run().code == 0


def test_the_named_python_is_used_or_refused(checkout: Checkout) -> None:
    named = (checkout.bin / "python3").rename(checkout.bin / "my-python")
    assert checkout.run(MODELYARD_PYTHON=str(named)).code == 0
    assert checkout.run(MODELYARD_PYTHON=str(named)).said == ""
    wrong = checkout.run(MODELYARD_PYTHON="/bin/false")
    assert (wrong.code, wrong.said) == (
        2,
        "modelyard: MODELYARD_PYTHON=/bin/false is not a Python 3.11 or newer\n",
    )


def without_write_access(checkout: Checkout) -> Outcome:
    """Runs a launcher when nothing in the checkout may be written, not even by root."""
    command = [str(checkout.root / "tools" / "render")]
    if os.getuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write anywhere, and there is no setpriv to take that right away")
        command = [setpriv, "--bounding-set", "-dac_override", *command]
    subprocess.run(["chmod", "-R", "a-w", str(checkout.root)], check=True)
    try:
        return launch(command, checkout, checkout.wheels)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(checkout.root)], check=True)


def test_a_made_environment_needs_no_write_access(checkout: Checkout) -> None:
    assert checkout.run().installed
    outcome = without_write_access(checkout)
    assert (outcome.code, outcome.said) == (0, "")


def test_a_checkout_that_cannot_be_written_is_one_message(checkout: Checkout) -> None:
    outcome = without_write_access(checkout)
    assert outcome.code == 2
    assert outcome.said.startswith("modelyard: cannot set up .venv: [Errno 13] Permission denied")
    assert not checkout.venv.exists()


def test_a_moved_checkout_still_works(checkout: Checkout, tmp_path: Path) -> None:
    assert checkout.run().installed
    moved = Checkout(tmp_path / "moved", checkout.wheels, checkout.bin)
    shutil.move(checkout.root, moved.root)
    again = moved.run()
    assert (again.code, again.said) == (0, "")
    assert again.seen["modelyard"] == str(moved.root / "tools" / "modelyard")
