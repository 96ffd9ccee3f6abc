"""Every scanner that there is, killed in the middle of its work: the gate must not pass."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.detections import Level
from modelyard.scanners import install
from modelyard.scanners.api import Tool
from modelyard.scanners.find import Program, find_program
from modelyard.scanners.registry import scanners
from modelyard.scanners.run import ScanReport, run_scanners
from tests.scanners.repositories import GOOD_DOCKERFILE, GOOD_WORKFLOW, given

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: a}
spec: {containers: [{name: a, image: a}]}
"""
STACK = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
"""
INPUTS = (
    given("Dockerfile", GOOD_DOCKERFILE, "dockerfile"),
    given(".github/workflows/a.yml", GOOD_WORKFLOW, "workflow"),
    replace(given("pod.yaml", POD, "kubernetes"), resources=("Pod/a",)),
    replace(given("stack.yaml", STACK, "cloudformation"), resources=("Queue",)),
)
# Stands where the program is. The program itself runs, and is killed as soon as it has begun.
KILLED = """\
#!/bin/sh
"{program}" "$@" &
kill -KILL $!
wait $!
exit $?
"""


def scan(name: str, script: Path) -> ScanReport:
    """The scanner with a script in place of its program."""

    def find(tool: Tool) -> Program:
        return replace(find_program(tool, install.checkout()), path=str(script))

    return run_scanners(INPUTS, root=Path(), names=[name], use_cache=False, find=find)


def replaced(folder: Path, name: str, text: str) -> Path:
    program = find_program(scanners()[name].tool, install.checkout()).path
    script = folder / "script"
    script.write_text(text.format(program=program))
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("name", scanners())
def test_every_scanner_has_something_to_do_here(name: str) -> None:
    assert any(scanners()[name].wants(one) for one in INPUTS), f"give {name} an input above"


@pytest.mark.parametrize("name", scanners())
def test_killed(tmp_path: Path, name: str) -> None:
    report = scan(name, replaced(tmp_path, name, KILLED))
    (said,) = [one for one in report.detections if one.rule == "scanner-crashed"]
    assert (said.tool, said.resource, said.level) == ("modelyard", name, Level.CRITICAL)
    assert report.ran[0].failed


@pytest.mark.parametrize("name", scanners())
def test_success_without_any_work(tmp_path: Path, name: str) -> None:
    report = scan(name, replaced(tmp_path, name, "#!/bin/sh\nexit 0\n"))
    assert {one.rule for one in report.detections} <= {"scanner-output", "scanner-coverage"}
    assert report.ran[0].failed


@pytest.mark.parametrize("name", scanners())
@pytest.mark.parametrize("printed", ["[]", "{{}}", "null", '{{"a": [', "no"])
def test_success_with_another_report(tmp_path: Path, name: str, printed: str) -> None:
    report = scan(name, replaced(tmp_path, name, f"#!/bin/sh\necho '{printed}'\nexit 0\n"))
    assert {one.rule for one in report.detections} <= {"scanner-output", "scanner-coverage"}
    assert report.ran[0].failed


def test_all_of_them_run_at_once(tmp_path: Path) -> None:
    report = run_scanners(INPUTS, root=tmp_path)
    assert [one.message for one in report.detections if one.tool == "modelyard"] == []
    assert {one.scanner for one in report.ran} == set(scanners())
    again = run_scanners(INPUTS, root=tmp_path)
    assert (again.detections, again.rules) == (report.detections, report.rules)
    assert all(one.cached == one.files for one in again.ran)
    assert os.listdir(tmp_path) == [".cache"]
