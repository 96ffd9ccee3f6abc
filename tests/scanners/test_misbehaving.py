"""Whatever a scanner does but its work fails the gate, by the scanner's name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.detections import Detection, Level
from modelyard.scanners.api import MIB, Outcome, Task, Unusable
from modelyard.scanners.process import Limits, Place, run_process
from modelyard.scanners.run import ScanReport
from tests.scanners.fakes import HONEST, Bench, file, run

REPO = Path(__file__).resolve().parents[2]


def failures(report: ScanReport) -> list[tuple[str, str]]:
    """Rule and file of what a report says of scanners; all of it is critical and names the scanner."""
    said = [one for one in report.detections if one.tool == "modelyard"]
    assert all(one.level is Level.CRITICAL and one.resource == "fake" and one.hint for one in said)
    assert all(one.message.startswith("fake ") for one in said)
    return [(one.rule, one.location.path) for one in said]


def only(report: ScanReport) -> Detection:
    (one,) = report.detections
    return one


def test_an_honest_one_passes(bench: Bench) -> None:
    bench.program()
    report = bench.scan(file("a"), file("folder/b", "more"), file("c.skip"))
    assert failures(report) == []
    assert [(one.location.path, one.message) for one in report.detections] == [
        ("a", "text"),
        ("folder/b", "more"),
    ]
    (ran,) = report.ran
    assert (ran.version, ran.files, ran.cached, ran.failed) == ("1.2.3", 2, 0, False)


def test_one_that_nothing_is_wanted_of_need_not_be_there(bench: Bench) -> None:
    report = bench.scan(file("c.skip"))
    assert (report.detections, report.ran) == ((), ())


def test_missing(bench: Bench) -> None:
    said = only(bench.scan(file("a")))
    assert said.rule == "scanner-missing"
    assert "`fake-scanner`" in said.message
    assert "fake-scanner 1.2 or newer, below 2, on PATH (`pipx install 'fake-package'`" in said.hint


def test_not_a_program(bench: Bench) -> None:
    bench.program().write_text("no interpreter, no format")
    assert only(bench.scan(file("a"))).rule == "scanner-missing"


@pytest.mark.parametrize("version", ["1.1.9", "0.9", "2.0.0", "10.0"])
def test_other_versions(bench: Bench, version: str) -> None:
    bench.program(version=version)
    said = only(bench.scan(file("a")))
    assert said.rule == "scanner-version"
    assert version in said.message
    assert bench.starts() == [], "it must not be asked anything else"


def test_no_version(bench: Bench) -> None:
    bench.program(version="of my own")
    assert only(bench.scan(file("a"))).rule == "scanner-version"


@pytest.mark.parametrize(
    "body",
    [
        "print('All good!')",
        "print('')",
        "pass",
        """print('{"read": ["a"], "found": [')""",
        """print('{"read": ["a"], "found": []}{"read": ["a"], "found": []}')""",
        """print('{"read": ["a"]}')""",
        """print('[]')""",
        """print('null')""",
        """print('{"read": ["a"], "found": {}}')""",
        """print('{"read": ["a"], "found": [["a", "1", "text"]]}')""",
        """print('{"read": ["a"], "found": [["a", true, "text"]]}')""",
        """print('{"read": ["a"], "found": [["a"]]}')""",
        """print('{"read": ["a"], "found": [["another", 1, "text"]]}')""",
        """print('{"read": ["a", "../another"], "found": []}')""",
        """print('{"read": [[]], "found": []}')""",
        """print('[' * 100000)""",
        """sys.stdout.buffer.write(bytes(range(256)))""",
    ],
)
def test_output_of_another_shape(bench: Bench, body: str) -> None:
    bench.program(body)
    assert failures(bench.scan(file("a"))) == [("scanner-output", "policy/gate.yaml")]


def test_success_without_a_word_about_the_files(bench: Bench) -> None:
    bench.program("""print('{"read": [], "found": []}')""")
    report = bench.scan(file("a"), file("b"))
    assert failures(report) == [("scanner-coverage", "a"), ("scanner-coverage", "b")]


def test_fewer_files_than_given(bench: Bench) -> None:
    bench.program("files.remove('b')" + HONEST)
    report = bench.scan(file("a"), file("b"), file("c"))
    assert failures(report) == [("scanner-coverage", "b")]
    assert [one.location.path for one in report.detections if one.tool == "fake"] == ["a", "c"]


def test_thousands_of_unread_files_are_counted(bench: Bench) -> None:
    bench.program("""print('{"read": [], "found": []}')""")
    report = bench.scan(*(file(f"{number:04d}") for number in range(1000)))
    assert len(report.detections) == 21
    assert report.detections[-1].message == "fake does not show that it has read 980 more files"


@pytest.mark.parametrize("missing", ["Pod/a", "Pod/b"])
def test_fewer_resources_than_given(bench: Bench, missing: str) -> None:
    def with_resources(task: Task) -> Outcome:
        told = {("a", "Pod/a"), ("a", "Pod/b")} - {("a", missing)}
        return replace(run(task), resources=frozenset(told))

    bench.program()
    bench.change(run=with_resources, resources=lambda one: one.resources)
    report = bench.scan(replace(file("a"), resources=("Pod/a", "Pod/b")))
    assert failures(report) == [("scanner-coverage", "a")]
    assert report.detections[0].message == f"fake does not show that it has read {missing}"


@pytest.mark.parametrize("code", [1, 2, 127])
def test_another_exit_code(bench: Bench, code: int) -> None:
    bench.program(HONEST + f"\nprint('the reason', file=sys.stderr)\nsys.exit({code})")
    said = only(bench.scan(file("a")))
    assert said.rule == "scanner-crashed"
    assert said.message == f"fake ended with exit code {code}, saying: the reason"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_ended_by_a_signal(bench: Bench, number: signal.Signals) -> None:
    bench.program(HONEST + f"\nsys.stdout.flush(); os.kill(os.getpid(), {int(number)})")
    said = only(bench.scan(file("a")))
    assert (said.rule, said.message) == (
        "scanner-crashed",
        f"fake was killed by {number.name}, saying: {said.message.partition('saying: ')[2]}",
    )


def test_killed_from_outside_in_the_middle(bench: Bench) -> None:
    bench.program("time.sleep(60)")
    killer = threading.Thread(target=kill_when_started, args=(bench,))
    killer.start()
    said = only(bench.scan(file("a")))
    killer.join()
    assert (said.rule, said.message) == ("scanner-crashed", "fake was killed by SIGKILL, saying nothing")


def kill_when_started(bench: Bench) -> None:
    os.kill(when_written(bench.log), signal.SIGKILL)


def when_written(path: Path) -> int:
    """The first number in a file, as soon as there is one."""
    for _ in range(3000):
        if path.exists() and path.read_text().endswith("\n"):
            return int(path.read_text().split()[0])
        time.sleep(0.01)
    raise AssertionError(f"{path} was never written")


def is_running(process: int) -> bool:
    """False for what has ended, also if nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def has_ended(process: int) -> bool:
    """Waits a little for it."""
    for _ in range(200):
        if not is_running(process):
            return True
        time.sleep(0.01)
    return False


CHILD = """
import subprocess
child = subprocess.Popen(["sleep", "600"])
with open({path!r}, "w") as file:
    print(child.pid, file=file)
"""


def test_hanging(bench: Bench, tmp_path: Path) -> None:
    bench.program(CHILD.format(path=str(tmp_path / "child")) + "child.wait()")
    bench.change(seconds=1.0, seconds_per_file=0)
    said = only(bench.scan(file("a")))
    assert (said.rule, said.message) == ("scanner-timeout", "fake was not done after 1 s")
    assert has_ended(when_written(tmp_path / "child"))


def test_children_do_not_survive_it(bench: Bench, tmp_path: Path) -> None:
    bench.program(CHILD.format(path=str(tmp_path / "child")) + HONEST)
    assert failures(bench.scan(file("a"))) == []
    assert has_ended(when_written(tmp_path / "child"))


def test_eating_memory(bench: Bench) -> None:
    bench.program("held = [bytearray(8 << 20) for _ in range(100)]\ntime.sleep(60)")
    said = only(bench.scan(file("a")))
    assert said.rule == "scanner-memory"
    assert "more than 256 MiB" in said.message


def test_memory_is_that_of_all_its_processes(bench: Bench) -> None:
    bench.change(memory=128 * MIB)
    bench.program("for _ in range(3): os.fork()\nheld = bytearray(24 << 20)\ntime.sleep(60)")
    assert only(bench.scan(file("a"))).rule == "scanner-memory"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_flooding(bench: Bench, tmp_path: Path, stream: str) -> None:
    flood = bench.program(f"while True: sys.{stream}.write('x' * (1 << 20))")
    limits = Limits(seconds=60, memory=256 * MIB, output=4 * MIB)
    with pytest.raises(Unusable, match="printed more than 4 MiB") as caught:
        run_process([str(flood)], Place(tmp_path), limits)
    assert caught.value.rule == "scanner-output"


INTERRUPTED = """
import signal, sys
from pathlib import Path
from tests.scanners.fakes import Bench, file

def leave(number, frame):  # as modelyard.cli does
    raise SystemExit(143)

signal.signal(signal.SIGTERM, leave)
Bench(Path(sys.argv[1])).scan(file("a"))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_all_of_it(bench: Bench, tmp_path: Path, number: signal.Signals) -> None:
    bench.program(CHILD.format(path=str(tmp_path / "child")) + "child.wait()")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": os.pathsep.join((str(REPO), str(REPO / "tools"))),
    }
    program = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE) as process:
        child = when_written(tmp_path / "child")
        process.send_signal(number)
        assert process.wait(10) != 0
    assert has_ended(child)
    assert has_ended(when_written(bench.log))
    assert list(temporary.iterdir()) == [], "nothing stays behind"
