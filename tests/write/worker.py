"""A run of its own for the tests that kill, interrupt, starve or race it: ``worker.py MODE ROOT NUMBER``.

It prints ``ready`` when the plan is made, and on an error of the product the error itself, exit code 3.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "tools")]

from modelyard.write import Tree, WriteError, apply, plan, write_lock  # noqa: E402
from tests.write.files import OUT, sealed  # noqa: E402

MODELS = 150
NOBODY = 65534


def wanted(generation: int) -> dict[str, bytes]:
    """What a run of this generation writes: some models come and some go with each."""
    filler = "a line of text\n" * 200
    return {
        f"{OUT}/m{number}/{target}/file": sealed(f"generation {generation}\n{filler}")
        for number in range(generation * 10, generation * 10 + MODELS)
        for target in ("ecs", "kubernetes")
    }


def _terminated(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _render(root: Path, generation: int, *, lock: bool = True, unprivileged: bool = False) -> None:
    with Tree(root) as tree:
        if unprivileged and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        if not lock:
            made = plan(tree, wanted(generation), [OUT])
            print("ready", flush=True)
            apply(tree, made)
            return
        with write_lock(root, waiting=lambda message: print(message, flush=True)):
            made = plan(tree, wanted(generation), [OUT])
            print("ready", flush=True)
            apply(tree, made)


def main(mode: str, root: Path, generation: int) -> int:
    """Runs one mode; the exit code is 0, 3 for a WriteError, 130 for Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminated)
    if mode == "small-files":
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        if mode == "hold-the-lock":
            with write_lock(root):
                print("ready", flush=True)
                signal.pause()
        elif mode == "lock":
            with write_lock(root):
                print("ready", flush=True)
        else:
            unprivileged = mode == "unprivileged"
            _render(root, generation, lock=mode == "locked", unprivileged=unprivileged)
    except WriteError as error:
        print(f"{error.path}|{error.reason}|{error.hint}", flush=True)
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
