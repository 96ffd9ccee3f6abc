"""Makes the virtual environment of a lock file, or finds that it is made already.

    python -I tools/bootstrap ROOT run      ROOT/.venv          from tools/requirements/run.lock
    python -I tools/bootstrap ROOT test     ROOT/.venv-test     from tools/requirements/test.lock
    python -I tools/bootstrap ROOT scan     ROOT/.venv-scan     from tools/requirements/scan.lock
    python -I tools/bootstrap ROOT checkov  ROOT/.venv-checkov  from tools/requirements/checkov.lock

``launch.sh`` calls this when its own quick look finds the environment missing or out of date, and
``modelyard.scanners.install`` does for the last two, so nothing here needs to be fast and everything here
needs to be safe: any number of these may run at once, and each may be killed at any moment. How:

- One at a time holds a lock on ``ROOT/.venv.lock``. The kernel lets go of it when the last process that
  has it open is gone, and the installer (uv or pip) has it open too: a second run never writes beside an
  installer that outlived its parent.
- A copy of the lock file is the last thing that is written into an environment. Without it the
  environment is unfinished and is made again. It stays where it is made, since environments cannot move.
- The environment of an earlier lock is set aside first, and put back if the new one cannot be made.

Standard library only: it runs before anything is installed. Exit codes: 0 ready, 2 cannot be made.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from environment import OWNED, STAMP, UNFINISHED, CannotInstall, Environment, exclusively, remove, say
from packages import base_python, install
from processes import run, tail


def build(environment: Environment, mutex: int) -> None:
    """Makes the environment in place; the stamp comes last."""
    environment.path.mkdir()
    (environment.path / OWNED).write_text("Made, replaced and removed by tools/bootstrap.\n")
    made, output = run([base_python(), "-I", "-m", "venv", "--without-pip", str(environment.path)], mutex)
    if not made:
        raise CannotInstall(f"cannot make {environment.path.name}:\n{tail(output)}")
    # A copy, so that the stamp says what was installed even if a checkout changes the lock meanwhile.
    unfinished = environment.path / UNFINISHED
    shutil.copyfile(environment.lock, unfinished)
    install(environment, unfinished, mutex)
    # A relative path: the checkout may be moved, and a copy of it does not import from the original.
    tools = os.path.relpath(environment.root / "tools", environment.packages)
    (environment.packages / "modelyard.pth").write_text(f"{tools}\n")
    unfinished.rename(environment.path / STAMP)


def replace(environment: Environment, mutex: int) -> None:
    """Builds the environment anew; on any failure what was there before is there again."""
    if (environment.path / STAMP).exists():
        remove(environment.previous)
        environment.path.rename(environment.previous)
    else:
        remove(environment.path)  # what a killed run left; the one before it may still be set aside
    try:
        build(environment, mutex)
    except BaseException:
        remove(environment.path)
        if environment.previous.exists():
            environment.previous.rename(environment.path)
        raise
    remove(environment.previous)


def ensure(environment: Environment) -> None:
    """Gives back only when the environment is finished and current."""
    with exclusively(environment) as mutex:
        if environment.is_current():
            return
        name = environment.path.name
        if not environment.is_ours():
            raise CannotInstall(f"{name} is in the way: Modelyard did not make it. Move it and try again.")
        again = (environment.path / STAMP).exists()
        why = f"{environment.lock.name} or Python changed" if again else "first run, up to a minute"
        say(f"setting up {name} ({why}) …")
        began = time.monotonic()
        replace(environment, mutex)
        say(f"{name} is ready, in {time.monotonic() - began:.1f} s")


def leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Turns a request to end into an exception, so that everything above is tidied up on the way out."""
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    root, part = arguments
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
    environment = Environment(Path(root), part)
    try:
        ensure(environment)
    except CannotInstall as problem:
        say(str(problem))
        return 2
    except OSError as problem:
        say(f"cannot set up {environment.path.name}: {problem}")
        return 2
    except KeyboardInterrupt:
        say("interrupted; the next run starts over")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
