"""Which of this machine's Pythons becomes the stand-in base image.

The examples' lock files are resolved for Python 3.12 and newer, and the catalogue of base images knows some
minor versions. So the interpreter that runs the tests may not do, while another one on this machine does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The first is what the examples name; the others have an entry in Dockerfiles/base-images.yaml too.
VERSIONS = ("3.12", "3.13", "3.14")
_ASK = """\
import ensurepip, json, os, sys, sysconfig
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2], "full": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.base_prefix, "stdlib": sysconfig.get_path("stdlib"),
    "debian": "deb_system" in sysconfig.get_scheme_names(), "bundled": os.path.dirname(ensurepip.__file__)}))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter and where its parts are. ``version`` is major.minor; ``wheel`` is pip's own wheel."""

    executable: Path
    version: str
    full: str
    prefix: Path
    stdlib: Path
    site: str
    wheel: Path

    @property
    def catalogue_key(self) -> str:
        """What Dockerfiles/base-images.yaml calls the image of this version."""
        return f"python-{self.version}-slim"


def find() -> Python | None:
    """The first interpreter of the most wanted version that is complete enough; None if there is none."""
    for version in VERSIONS:
        for candidate in _candidates(version):
            python = _look(candidate, version)
            if python is not None:
                return python
    return None


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    yield Path(sys.base_prefix, "bin", name)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    yield from sorted(pyenv.glob(f"{version}.*/bin/{name}"), reverse=True)
    tools = os.environ.get("AGENT_TOOLSDIRECTORY") or os.environ.get("RUNNER_TOOL_CACHE")
    if tools:
        yield from sorted(Path(tools, "Python").glob(f"{version}.*/*/bin/{name}"), reverse=True)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which(name, path=folder)
        if found:
            yield Path(found)


def _look(executable: Path, version: str) -> Python | None:
    """What an interpreter says of itself, or None if it is none (pyenv's shims are scripts that may fail)."""
    if not os.access(executable, os.X_OK):
        return None
    done = subprocess.run([executable, "-I", "-c", _ASK], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    said = json.loads(done.stdout)
    # Debian keeps the wheels of its Python in a package of their own.
    bundled = sorted(Path(said["bundled"], "_bundled").glob("pip-*.whl"))
    wheels = bundled or sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    real = Path(said["prefix"], "bin", f"python{version}")
    if said["version"] != version or not wheels or not real.exists():
        return None
    return Python(
        executable=real.resolve(),
        version=version,
        full=said["full"],
        prefix=Path(said["prefix"]),
        stdlib=Path(said["stdlib"]),
        site="dist-packages" if said["debian"] else "site-packages",
        wheel=wheels[-1],
    )
