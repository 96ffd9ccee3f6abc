"""A request to end that comes while Python runs a callback which cannot raise is not lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
# The callback of a weak reference, as the import system has one for each of its locks.
PROGRAM = """
import os, signal, sys, time, weakref
from modelyard import cli

class Thing:
    pass

def stopped(reference):
    os.kill(os.getpid(), signal.{name})
    time.sleep(0.01)

def dispatch(arguments):
    thing = Thing()
    reference = weakref.ref(thing, stopped)
    del thing
    time.sleep(20)
    return 0

cli._dispatch = dispatch
sys.exit(cli.main([]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_it_ends_all_the_same(name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(name=name)],
        env={**os.environ, "PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
