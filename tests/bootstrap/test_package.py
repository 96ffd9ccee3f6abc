"""``pip install .`` into an environment of its own: the command works, far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from modelyard import __version__
from tests.bootstrap.checkout import REPO


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of a fresh environment with the package in it.

    What the package needs comes from the environment of these tests by way of a path file, so that no
    network is needed. hatchling is there too, which builds it: hence no build isolation.
    """
    fresh = tmp_path_factory.mktemp("installed") / "venv"
    venv.EnvBuilder(with_pip=True, symlinks=True).create(fresh)
    paths = sysconfig.get_paths("venv", {"base": str(fresh), "platbase": str(fresh)})
    shared = [line for line in sys.path if line.endswith("site-packages")]
    (Path(paths["purelib"]) / "shared.pth").write_text("\n".join(shared) + "\n")
    pip = [str(fresh / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check"]
    build = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--ignore-installed", str(REPO)]
    done = subprocess.run([*pip, *build], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    checked = subprocess.run([*pip, "check"], capture_output=True, encoding="utf-8", check=False)
    assert "modelyard" not in checked.stdout, checked.stdout
    return fresh / "bin"


def modelyard(installed: Path, *arguments: str, cwd: Path) -> str:
    """Runs the installed command far from the checkout; gives what it printed."""
    done = subprocess.run(
        [str(installed / "modelyard"), *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_version(installed: Path, tmp_path: Path) -> None:
    assert modelyard(installed, "--version", cwd=tmp_path).split()[-1] == __version__


@pytest.mark.slow
def test_help_names_the_verbs(installed: Path, tmp_path: Path) -> None:
    printed = modelyard(installed, "--help", cwd=tmp_path)
    missing = [
        verb for verb in ("render", "validate", "explain", "new", "schema", "init") if verb not in printed
    ]
    assert not missing


@pytest.mark.slow
def test_every_file_of_the_package_came_along(installed: Path) -> None:
    """Templates and data too, not just modules; and it is the copy that is imported, not the checkout."""
    asked = "import modelyard; print(modelyard.__path__[0])"
    python = str(installed / "python")
    home = subprocess.run([python, "-I", "-c", asked], capture_output=True, encoding="utf-8", check=True)
    copy = Path(home.stdout.strip())
    source = REPO / "tools" / "modelyard"
    assert copy != source
    files = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert len(files) > 10
    assert {file for file in files if not (copy / file).is_file()} == set()
