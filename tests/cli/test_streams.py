"""What goes where: stdout and stderr, pipes that close, terminals, colours, exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from modelyard.findings.excerpt import cells
from tests.cli.command import CASE, COMMAND, copies, environ, good, put, run
from tests.cli.terminal import on_terminal

ECHO = (CASE / "models/echo/model.yaml").read_text()


def shell(root: Path, script: str, **more: str) -> tuple[int, str, str]:
    """A line of bash in which ``modelyard`` is the command; code, stdout, stderr."""
    define = f'modelyard() {{ "{COMMAND[0]}" -m modelyard "$@"; }}; set -o pipefail; {script}'
    done = subprocess.run(
        ["bash", "--norc", "-c", define],
        cwd=root,
        env=environ(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away(repo: Path, unbuffered: str) -> None:
    for verb in (
        "explain echo --env dev",
        "completion bash",
        "render --check --format json",
        "render --help",
    ):
        script = f"(modelyard {verb}; echo code $? >&2) | true"
        _, _, said = shell(repo, script, PYTHONUNBUFFERED=unbuffered)
        assert said in ("code 141\n", "code 0\n"), (verb, said)
    code, shown, said = shell(
        repo, "(sleep 0.1; modelyard explain echo --env dev; echo code $? >&2) | head -1"
    )
    assert shown.startswith("apiVersion")
    assert "Broken" not in said
    assert code == 0


def test_drift_is_not_lost_in_a_closed_pipe(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    code, _, _ = shell(repo, "modelyard render --diff 2>/dev/null | true")
    assert code != 0


def test_closed_and_full_streams(repo: Path) -> None:
    assert shell(repo, "modelyard render >&-") == (0, "", "")
    assert shell(repo, "modelyard render 2>&-")[0] == 0
    assert shell(repo, "modelyard render <&-")[0] == 0
    assert shell(repo, "modelyard render >&- 2>&- <&-") == (0, "", "")
    assert shell(repo, "modelyard render --env nowhere 2>&-")[:2] == (2, "")
    code, _, said = shell(repo, "modelyard explain echo --env dev >/dev/full")
    assert code == 2
    assert "No space left on device" in said


def test_findings_are_on_stdout_and_mistakes_on_stderr(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot")})
    found = run(repo, "render")
    assert (found.code, found.err) == (1, "")
    assert "error[malformed-value]" in found.out
    mistaken = run(repo, "render", "--env", "nowhere")
    assert (mistaken.code, mistaken.out) == (2, "")


def test_colour_is_for_terminals(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot")})
    assert "\x1b[31m" in on_terminal(repo, "validate").out
    assert "\x1b" not in run(repo, "validate").out
    assert "\x1b" not in on_terminal(repo, "validate", NO_COLOR="1").out
    assert "\x1b[31m" in run(repo, "validate", FORCE_COLOR="1").out
    assert "\x1b" not in run(repo, "validate", FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b" not in run(repo, "validate", "--format", "json", FORCE_COLOR="1").out


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_findings_fit_the_terminal(repo: Path, columns: int) -> None:
    long = ECHO.replace("labels", "x") + "env: {A: " + "[" + "x" * 300 + "]}\n"
    put(repo, {"models/echo/model.yaml": long})
    shown = on_terminal(repo, "validate", columns=columns, NO_COLOR="1").out
    assert "models/echo/model.yaml:9:10: error[wrong-type]" in shown
    rest = [line for line in shown.splitlines() if not line.startswith("models/")]
    assert max(cells(line) for line in rest) <= columns


def test_progress_is_for_terminals_and_long_runs(repo: Path, template: Path) -> None:
    assert "rendering" not in on_terminal(repo, "render", "--check").out
    copies(template, repo, "echo", 20)
    seen = on_terminal(repo, "render", "--check").out
    assert "\rrendering 10/23" in seen
    assert "\rrendering 23/23\r\x1b[K" in seen
    assert "\rvalidating 20/23" in on_terminal(repo, "validate").out
    piped = run(repo, "render", "--check")
    assert (piped.code, piped.err) == (1, "")
    reading, writing = os.pipe()
    shown = on_terminal(repo, "render", "--check", "--format", "json", stdout=writing)
    os.close(writing)
    os.close(reading)
    assert "\rrendering 23/23\r\x1b[K" in shown.out


def test_progress_goes_away_before_an_error(repo: Path, template: Path) -> None:
    copies(template, repo, "echo", 20)
    shutil.rmtree(repo / ".cache")
    put(repo, {".cache": "in the way\n"})
    outcome = on_terminal(repo, "render")
    assert outcome.code == 2
    assert outcome.out.splitlines()[-2].startswith("modelyard: .cache")


def test_texts_beyond_ascii_reach_a_terminal_that_has_none(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("Somebody", "Jemand, zwölf ² €")})
    outcome = good(
        repo, "explain", "echo", "--env", "dev", "description", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert "zw\\xf6lf" in outcome.out


def test_a_bug_is_told_apart(repo: Path) -> None:
    """Exit code 3, a traceback and what to report: only for what is no user's mistake."""
    script = (
        "import sys, modelyard.cli.validate as verb\n"
        "def broken(arguments): raise RuntimeError('as a bug does')\n"
        "verb.run = broken\n"
        "from modelyard.cli import main\n"
        "sys.exit(main(['validate']))\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", script], cwd=repo, env=environ(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "RuntimeError: as a bug does" in done.stderr
    assert "this is a bug in Modelyard" in done.stderr
    assert "modelyard validate" in done.stderr
