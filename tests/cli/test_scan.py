"""`tools/scan` as a process of its own: its exit codes, its streams, its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.cli.command import Outcome, commit_all, finish, git, put, run, start
from tests.gate.looking import github_token, rendered
from tests.gate.test_bad_files import PRIVILEGED
from tests.support.scripts import head

NOW = ("--now", "2026-11-22")
QUICK = ("--quick", *NOW)
FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A repository in which nothing blocks, committed."""
    root = rendered(tmp_path / "a repository")
    (root / ".gitignore").write_text(".cache/\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root)
    return root


@pytest.fixture
def broken(clean: Path) -> Path:
    put(clean, {"deploy/pod.yaml": PRIVILEGED, "deploy/key.txt": f"{github_token()}\n"})
    return clean


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_pass_is_0_and_a_block_is_1_in_every_format(broken: Path, fmt: str) -> None:
    blocked = run(broken, "scan", *QUICK, "--format", fmt)
    assert (blocked.code, blocked.err) == (1, "")
    assert github_token() not in blocked.out
    passed = run(broken, "scan", *QUICK, "--format", fmt, "models", "policy")
    assert (passed.code, passed.err) == (0, "")
    if fmt in ("json", "sarif"):
        assert blocked.json["version"] in (1, "2.1.0")
    if fmt == "junit":
        ElementTree.fromstring(blocked.out)


MISTAKES = (
    (("nowhere.yaml",), "there is no such file"),
    (("--model", "ecco"), 'did you mean "echo"'),
    (("--env", "pord"), 'did you mean "prod"'),
    (("--scanner", "hadolnt"), 'did you mean "hadolint"'),
    (("--changed", "nowhere"), "git says"),
    (("--now", "soon"), "--now"),
    (("--jobs", "0"), "--jobs"),
    (("--jobs", "many"), "--jobs"),
    (("--sbom", "out"), "--sbom"),
    (("--format", "yaml"), "--format"),
    (("--quick", "--scanner", "hadolint"), "not allowed with"),
    (("--quik",), "--quik"),
    (("--root", "nowhere"), "there is no such folder"),
)


@pytest.mark.parametrize(("arguments", "said"), MISTAKES)
def test_mistakes_are_2_and_told_on_stderr(clean: Path, arguments: tuple[str, ...], said: str) -> None:
    outcome = run(clean, "scan", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_an_empty_folder_is_2(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = run(clean, "scan", *QUICK, str(tmp_path / "empty"))
    assert (outcome.code, outcome.out) == (2, "")


def test_outside_of_any_repository(tmp_path: Path) -> None:
    folder = tmp_path / "somewhere"
    put(folder, {"pod.yaml": PRIVILEGED, "fine.yaml": "a: b\n"})
    assert run(folder, "scan", *QUICK, "pod.yaml").code == 1
    assert run(folder, "scan", *QUICK, "fine.yaml").code == 0
    outcome = run(folder, "scan", *QUICK)
    assert outcome.code == 2
    assert "no Modelyard repository" in outcome.err


def test_from_any_folder(broken: Path) -> None:
    below = broken / "models" / "echo"
    assert run(below, "scan", *QUICK).out == run(broken, "scan", *QUICK).out


def test_the_same_bytes_in_any_order_of_workers_and_any_surroundings(broken: Path) -> None:
    put(broken, {f"deploy/{number}.yaml": PRIVILEGED for number in range(130)})
    told = {
        run(broken, "scan", *QUICK, "--no-cache", "--format", "json", "--jobs", jobs, **more).out
        for jobs in ("1", "3")
        for more in (
            {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
            {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        )
    }
    assert len(told) == 1


def test_a_run_tells_that_it_is_not_the_whole_gate(clean: Path) -> None:
    outcome = run(clean, "scan", *QUICK)
    assert outcome.code == 0
    assert "this is not the whole gate" in outcome.out
    assert run(clean, "scan", *QUICK, "--format", "json").json["partial"]


def test_what_changes_since_a_branch_is_looked_through_commit_by_commit(clean: Path) -> None:
    git(clean, "switch", "--quiet", "--create", "feature")
    put(clean, {"deploy/key.txt": f"{github_token()}\n"})
    commit = commit_all(clean)
    (clean / "deploy/key.txt").unlink()
    commit_all(clean)
    assert run(clean, "scan", *QUICK).code == 0
    outcome = run(clean, "scan", *QUICK, "--changed", "main")
    assert outcome.code == 1
    assert commit[:12] in outcome.out


def test_a_shallow_clone_is_2_with_what_to_do(clean: Path, tmp_path: Path) -> None:
    for number in range(3):
        put(clean, {"a.txt": f"{number}\n"})
        commit_all(clean)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{clean}", str(shallow))
    outcome = run(shallow, "scan", *QUICK, "--changed", "HEAD~2")
    assert outcome.code == 2
    git(clean, "branch", "other", "HEAD~2")
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", "other:other")
    outcome = run(shallow, "scan", *QUICK, "--changed", "other")
    assert outcome.code == 2
    assert "--unshallow" in outcome.err


def test_a_closed_pipe_and_a_closed_stream(broken: Path) -> None:
    """Whoever reads the report goes away: that is no pass."""
    process = start(broken, "scan", *QUICK, "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert finish(process).code in (1, 141)


def _sleeping(folder: Path) -> Path:
    """A `hadolint` that never ends, with a child of its own, and tells their numbers."""
    script = folder / "bin" / "hadolint"
    script.parent.mkdir(parents=True)
    script.write_text(
        f"{head()}"
        "import os, subprocess, sys, time\n"
        "if '--version' in sys.argv:\n    print('Haskell Dockerfile Linter 2.14.0')\n    raise SystemExit\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"with open({str(folder / 'pids.new')!r}, 'w') as file:\n"
        "    file.write(f'{os.getpid()} {child.pid}')\n"
        f"os.rename({str(folder / 'pids.new')!r}, {str(folder / 'pids')!r})\n"
        "time.sleep(600)\n"
    )
    script.chmod(0o755)
    return script.parent


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_scanner_behind(clean: Path, tmp_path: Path, how: signal.Signals) -> None:
    folder = _sleeping(tmp_path)
    # Of an installed Modelyard, which has no checkout whose scanners it would take.
    site = tmp_path / "site"
    site.mkdir()
    package = Path(__file__).resolve().parents[2] / "tools" / "modelyard"
    subprocess.run(["cp", "-r", str(package), str(site)], check=True)
    program = [sys.executable, "-m", "modelyard", "scan", *NOW, "--scanner", "hadolint"]
    put(clean, {"Dockerfile": "FROM scratch\n"})
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("MODELYARD_CHECKOUT", None)
    process = subprocess.Popen(
        program,
        cwd=clean,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    told = tmp_path / "pids"
    end = time.monotonic() + 30
    while not told.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    if not told.exists():
        process.kill()
        pytest.fail("".join(process.communicate()))
    pids = [int(pid) for pid in told.read_text().split()]
    assert all(map(_alive, pids))
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    outcome = Outcome(process.returncode, out, err)
    assert outcome.code in (130, 143, -signal.SIGTERM), outcome
    assert "Traceback" not in outcome.err
    assert outcome.out == ""
    end = time.monotonic() + 5
    while any(map(_alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_alive, pids))


def test_the_help_has_examples_that_are_understood(clean: Path) -> None:
    outcome = run(clean, "scan", "--help")
    assert outcome.code == 0
    assert "tools/scan --changed origin/main" in outcome.out


def test_json_is_one_document_also_when_nothing_is_wrong(clean: Path) -> None:
    document = json.loads(run(clean, "scan", *QUICK, "--format", "json").out)
    assert document["passed"] is True
    assert [one for one in document["detections"] if one["state"] == "blocks"] == []
