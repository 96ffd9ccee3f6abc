"""Where a scanner's program is, what makes it this very program, and which version it says it is."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from modelyard.scanners import install
from modelyard.scanners.api import Done, Tool, Unusable


@dataclass(frozen=True)
class Program:
    """``identity`` changes whenever the program may have; empty where that cannot be known from outside.

    ``version`` is known without asking where a lock file says which one was installed, and else empty.
    """

    path: str
    identity: str
    version: str = ""


def find_program(tool: Tool, root: Path | None) -> Program:
    """The program of a tool: the checkout's own, or else the one on PATH.

    ``root`` is the checkout whose environments count, or None. Raises Unusable if there is none.
    """
    trouble = ""
    if root is not None:
        trouble = install.ensure(root, tool.environment)
        folder = install.environment_path(root, tool.environment)
        own = folder / "bin" / tool.executable
        if not trouble and os.access(own, os.X_OK):
            lock = (folder / "installed.lock").read_bytes()
            path = str(own.with_name("python") if tool.interpreted else own)
            return Program(path, _digest(lock, path), _locked(tool, lock))
    found = shutil.which(tool.executable)
    if found is None:
        seen = f"is not there: no `{tool.executable}` on PATH" + (f", and {trouble}" if trouble else "")
        raise Unusable("scanner-missing", seen, how_to_get(tool))
    path = os.path.realpath(found)
    return Program(_interpreter(tool, path) if tool.interpreted else path, _identity(path))


def _interpreter(tool: Tool, script: str) -> str:
    """The interpreter in the first line of a script. Raises Unusable if that is no path of a Python."""
    with open(script, "rb") as file:
        first = file.readline(4096)
    found = re.fullmatch(rb"#! ?(/\S*/python[0-9.]*)(?: -I)?\r?\n", first)
    if found is None:
        raise Unusable(
            "scanner-missing", f"is no Python script as pip installs them: {script}", how_to_get(tool)
        )
    return os.fsdecode(found.group(1))


def how_to_get(tool: Tool) -> str:
    """What a person does to have an acceptable version of the tool."""
    least, below = (".".join(map(str, version)) for version in (tool.minimum, tool.below))
    return (
        f"put {tool.executable} {least} or newer, below {below}, on PATH "
        f"(`pipx install '{tool.package}'` has one)"
    )


def version_of(tool: Tool, done: Done) -> str:
    """The version in what the tool printed. Raises Unusable if there is none, or it is not accepted."""
    printed = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    found = re.search(tool.version_pattern, printed)
    if found is None:
        raise Unusable("scanner-version", "does not say its version", how_to_get(tool))
    return accepted(tool, found.group(1))


def accepted(tool: Tool, version: str) -> str:
    """The version, if it is one that the adapter knows. Raises Unusable if not."""
    if not tool.minimum <= tuple(int(part) for part in version.split(".")) < tool.below:
        raise Unusable("scanner-version", f"is version {version}, which is not supported", how_to_get(tool))
    return version


def _locked(tool: Tool, lock: bytes) -> str:
    """The version of a tool's package in a lock file. Raises Unusable if it is not accepted."""
    found = re.search(rf"^{re.escape(tool.package)}==(\d+(?:\.\d+)+)", lock.decode(), re.MULTILINE)
    return accepted(tool, found.group(1)) if found else ""


def _identity(path: str) -> str:
    """Of a program on PATH: its file, and for one in Python also the packages that it stands on."""
    try:
        with open(path, "rb") as file:
            script = file.read(2) == b"#!"
            there = os.fstat(file.fileno())
    except OSError:
        return ""
    packages: list[str] = []
    if script:
        for folder in sorted(Path(path).parent.parent.glob("lib/python*/site-packages")):
            packages += sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
        if not packages:  # a wrapper of who knows what
            return ""
    facts = (path, there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino, packages)
    return _digest(repr(facts).encode(), path)


def _digest(content: bytes, path: str) -> str:
    import hashlib

    return hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + content).hexdigest()
