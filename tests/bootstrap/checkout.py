"""A checkout small enough to bootstrap in a second: the real launchers, and a lock of one tiny wheel."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
# Stands where the package's entry point is: tells what it was given and whether its package is there.
ENTRY = """\
import json, os, sys
import tiny, modelyard
print(json.dumps({"argv": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix, "tiny": tiny.VERSION,
                  "modelyard": modelyard.__path__[0], "isolated": sys.flags.isolated,
                  "utf8": sys.flags.utf8_mode}))
"""


@dataclass(frozen=True)
class Outcome:
    """What a launcher did. ``said`` is its stderr."""

    code: int
    printed: str
    said: str

    @property
    def seen(self) -> dict[str, object]:
        """What the entry point reported."""
        report: dict[str, object] = json.loads(self.printed)
        return report

    @property
    def installed(self) -> bool:
        """True if this very run made the environment."""
        return "is ready, in" in self.said


@dataclass(frozen=True)
class Checkout:
    """``root`` has a space and a letter beyond ASCII in its path; ``wheels`` is the only package index."""

    root: Path
    wheels: Path
    bin: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def environ(self, **more: str) -> dict[str, str]:
        """PATH has sh's helpers and one Python, and no uv; pip knows the wheels and no network."""
        return {
            "PATH": str(self.bin),
            "HOME": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "PIP_NO_INDEX": "1",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_USER": "1",
            **more,
        }

    def start(self, *arguments: str, verb: str = "render", **more: str) -> subprocess.Popen[str]:
        """Starts a launcher in a session of its own."""
        return subprocess.Popen(
            [str(self.root / "tools" / verb), *arguments],
            env=self.environ(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: str, **more: str) -> Outcome:
        """Runs a launcher to its end."""
        return finish(self.start(*arguments, **more))

    def lock(self, version: str, digest: str | None = None) -> None:
        """Makes the lock ask for this version of the tiny package, with its hash or the one given."""
        wheel = make_wheel(self.wheels, version)
        known = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        text = f"# A lock of one.\ntiny=={version} \\\n    --hash=sha256:{known}\n"
        (self.root / "tools" / "requirements" / "run.lock").write_text(text)

    def uv(self, script: str) -> None:
        """Puts a program called uv on PATH, in sh; the real one need not be on the machine."""
        program = self.bin / "uv"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)


def finish(process: subprocess.Popen[str]) -> Outcome:
    """Waits for a launcher; a minute is a failure."""
    printed, said = process.communicate(timeout=60)
    return Outcome(process.returncode, printed, said)


def kill(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> Outcome:
    """Sends a signal to a launcher and to all that is in its process group."""
    os.killpg(process.pid, number)
    return finish(process)


def make_wheel(folder: Path, version: str) -> Path:
    """A wheel of one module, byte for byte the same each time."""
    path = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f'VERSION = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(zipfile.ZipInfo(name), text)
    return path


def make_checkout(folder: Path) -> Checkout:
    """Copies the launchers of this repository, and nothing else of it, into a new folder."""
    checkout = Checkout(folder / "a checkout, zwölf", folder / "wheels", folder / "bin")
    tools = checkout.root / "tools"
    for made in (tools / "modelyard", tools / "requirements", checkout.wheels, checkout.bin):
        made.mkdir(parents=True)
    for launcher in sorted((REPO / "tools").iterdir()):
        if launcher.is_file():
            shutil.copy2(launcher, tools)
    shutil.copytree(
        REPO / "tools" / "bootstrap", tools / "bootstrap", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tools / "modelyard" / "__main__.py").write_text(ENTRY)
    (tools / "modelyard" / "__init__.py").write_text("")
    for name in ("sh", "cmp", "readlink", "sleep", "touch"):
        found = shutil.which(name)
        assert found is not None, f"{name} is needed on PATH"
        (checkout.bin / name).symlink_to(found)
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    (checkout.bin / "python3").symlink_to(base)
    checkout.lock("1.0")
    return checkout
