"""The same input gives the same bytes, whoever renders it, wherever and however."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, copies, environ, good, rendered, run

LOCALES = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
TURKISH = [name for name in LOCALES if name.startswith("tr_TR")][:1]
SURROUNDINGS: list[dict[str, str]] = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Asia/Kathmandu"},
    {"PYTHONHASHSEED": "1", "LC_ALL": (TURKISH or ["POSIX"])[0], "TZ": "Pacific/Kiritimati"},
    {
        "PYTHONHASHSEED": "random",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "LANG": "C",
        "HOME": "/nonexistent",
    },
    {"PYTHONOPTIMIZE": "2", "COLUMNS": "40", "FORCE_COLOR": "1", "USER": "somebody", "HOSTNAME": "elsewhere"},
]


@pytest.mark.parametrize("number", range(len(SURROUNDINGS)))
def test_surroundings_do_not_show(fresh: Path, template: Path, number: int) -> None:
    before = os.umask([0o000, 0o077, 0o027, 0o022][number])
    try:
        run(fresh, "render", **SURROUNDINGS[number])
    finally:
        os.umask(before)
    assert rendered(fresh) == rendered(template)
    modes = {(fresh / path).stat().st_mode & 0o7777 for path in rendered(fresh)}
    assert modes == {0o644}


def test_folders_do_not_show(fresh: Path, template: Path, tmp_path: Path) -> None:
    deep = tmp_path / "a much longer path, zwölf" / "with: odd 'characters'"
    shutil.copytree(fresh, deep / "r")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    good(elsewhere, "render", "--root", str(deep / "r"))
    link = tmp_path / "link"
    link.symlink_to(fresh)
    good(link / "models", "render")
    assert rendered(deep / "r") == rendered(fresh) == rendered(template)


def test_the_number_of_workers_does_not_show(template: Path, tmp_path: Path) -> None:
    trees, said = [], []
    for jobs in ("1", "2", "8"):
        root = tmp_path / jobs
        shutil.copytree(template / "models", root / "models")
        shutil.copytree(
            template / "environments", root / "environments", ignore=shutil.ignore_patterns("rendered")
        )
        (root / "Dockerfiles").mkdir()
        shutil.copy(template / "Dockerfiles/base-images.yaml", root / "Dockerfiles")
        copies(template, root, "echo", 48)
        copies(template, root, "scorer", 3)
        said.append(good(root, "render", "--jobs", jobs).out)
        trees.append(rendered(root))
    assert said[0] == said[1] == said[2]
    assert trees[0] == trees[1] == trees[2]


def test_the_order_of_what_is_on_disk_does_not_show(fresh: Path, template: Path, tmp_path: Path) -> None:
    root = tmp_path / "reversed"
    for path in sorted(fresh.rglob("*"), reverse=True):
        if path.is_file():
            (root / path.relative_to(fresh)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / path.relative_to(fresh))
    good(root, "render")
    assert rendered(root) == rendered(template)


def test_nothing_of_the_machine_is_in_the_files(template: Path) -> None:
    everything = b"\n".join(rendered(template).values())
    for word in (str(template), os.uname().nodename, os.environ.get("HOME", "/root") + "/"):
        assert word.encode() not in everything


def test_a_second_run_reads_as_the_first_left_it(fresh: Path) -> None:
    first = good(fresh, "render").out
    assert "created" in first
    second = good(fresh, "render").out
    assert second.endswith("nothing changed\n")
    shutil.rmtree(fresh / ".cache")
    assert good(fresh, "render").out.endswith("nothing changed\n")
    assert good(fresh, "render", "--check").out.endswith("nothing changed\n")


def test_the_real_launcher(template: Path, tmp_path: Path) -> None:
    """tools/render of a checkout, with an environment that is there already."""
    from tests.support.repo import ROOT

    root = shutil.copytree(template, tmp_path / "a clone")
    for name in ("tools/bootstrap", "tools/requirements", "tools/modelyard"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "tools/render", root / "tools/render")
    (root / ".venv/bin").mkdir(parents=True)
    shutil.copy(ROOT / "tools/requirements/run.lock", root / ".venv/installed.lock")
    # Stands for the interpreter of .venv: this one, which has the packages, told where the checkout's own is.
    shim = root / ".venv/bin/python"
    shim.write_text(f'#!/bin/sh\nshift\nPYTHONPATH="{root}/tools" exec "{COMMAND[0]}" "$@"\n')
    shim.chmod(0o755)
    for arguments, code in ((["--check"], 0), (["--chek"], 2), (["echo"], 0)):
        done = subprocess.run(
            [root / "tools/render", *arguments],
            cwd=tmp_path / "a clone/models", env=environ(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    (root / "models/echo/model.yaml").write_text(
        (root / "models/echo/model.yaml").read_text().replace("2Gi", "3Gi")
    )
    done = subprocess.run(
        ["../tools/render", "--check"],
        cwd=root / "models",
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "to mend it, run: tools/render"
