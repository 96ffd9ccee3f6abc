"""Scanners that misbehave as asked: small programs in a folder of the test, and an adapter for them.

The adapter is a real one in all but what it scans for: it hands each file to the program and reads
``{"read": [name, ...], "found": [[name, line, message], ...]}``.
"""

from __future__ import annotations

import os
import textwrap
from dataclasses import replace
from pathlib import Path

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.scanners.api import MIB, Input, Outcome, Scanner, Task, Tool, get, read_json
from modelyard.scanners.find import Program, find_program
from modelyard.scanners.run import ScanReport, run_scanners
from tests.support.scripts import head

HONEST = """
import json
print(json.dumps({"read": files, "found": [[name, 1, open(name).read()] for name in files]}))
"""
START = """\
{head}import os, sys, time
if sys.argv[1:] == ["--version"]:
    print("fake {version}")
    sys.exit()
with open({log!r}, "a") as log:
    print(os.getpid(), *sys.argv[1:], file=log)
files = sys.argv[1:]
"""


def run(task: Task) -> Outcome:
    """Asks about all files in one run, by their names in the clean copy."""
    done = task.call(*task.placed, folder=task.tree)
    report = read_json(done.stdout, "its report")
    found = []
    for entry in get(report, list, "found"):
        one = task.input(get(entry, str, 0))
        place = Location(one.path, get(entry, int, 1))
        found.append(Detection("said", "fake", Level.HIGH, place, get(entry, str, 2)))
    read = frozenset(task.input(name).path for name in get(report, list, "read"))
    return Outcome(tuple(found), read)


FAKE = Scanner(
    name="fake",
    tool=Tool("fake-scanner", "fake-package", minimum=(1, 2), below=(2,)),
    wants=lambda one: not one.path.endswith(".skip"),
    run=run,
    bundle="",
    seconds=60,
    memory=256 * MIB,
)


class Bench:
    """A folder with a repository to scan and, unless a test leaves it out, the fake scanner on PATH."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository"
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.root.mkdir(exist_ok=True)
        self.bin.mkdir(exist_ok=True)
        self.scanner = FAKE

    def program(self, body: str = HONEST, version: str = "1.2.3") -> Path:
        """Puts the fake on PATH: ``body`` is what it does when asked, with ``files`` as it was given them."""
        start = START.format(head=head(), version=version, log=str(self.log))
        path = self.bin / "fake-scanner"
        path.write_text(start + textwrap.dedent(body))
        path.chmod(0o755)
        return path

    def change(self, **more: object) -> None:
        """Another scanner from now on, in these fields."""
        self.scanner = replace(self.scanner, **more)  # type: ignore[arg-type]

    def scan(self, *inputs: Input, use_cache: bool = False) -> ScanReport:
        """Runs the fake scanner and no other."""
        return run_scanners(
            inputs, root=self.root, use_cache=use_cache, known={"fake": self.scanner}, find=self.find
        )

    def find(self, tool: Tool) -> Program:
        """Its program on PATH. It is a script without packages beside, so it is told apart by its file."""
        found = find_program(tool, None)
        there = os.stat(found.path)
        return Program(found.path, f"{there.st_ino} {there.st_mtime_ns} {there.st_size}")

    def starts(self) -> list[list[str]]:
        """The arguments of each time that it was started, versions apart."""
        text = self.log.read_text() if self.log.exists() else ""
        return [line.split()[1:] for line in text.splitlines()]


def file(path: str, text: str = "text") -> Input:
    """A file without documents."""
    return Input.of(path, (), (), text.encode())
