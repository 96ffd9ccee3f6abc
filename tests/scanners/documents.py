"""What the tests of scanners that read documents share: files, inputs, real runs and forged ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.detections import Detection
from modelyard.scanners.api import Done, Input, Outcome, Scanner, Task
from modelyard.scanners.registry import scanners
from modelyard.scanners.run import ScanReport, run_scanners
from modelyard.subjects.reading import read_documents

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  namespace: models
spec:
  containers:
  - name: server
    image: registry.example/x:1
    securityContext:
      privileged: {privileged}
"""
BAD_POD = POD.format(name="bad", privileged="true")
PLAIN_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: plain
  namespace: models
spec:
  selector:
    app: plain
  ports:
  - port: 80
"""
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Admin
      SecurityGroupIngress:
      - IpProtocol: tcp
        FromPort: 22
        ToPort: 22
        CidrIp: 0.0.0.0/0
      - IpProtocol: tcp
        FromPort: 3389
        ToPort: 3389
        CidrIp: 0.0.0.0/0
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
"""
# Files that each of these tools takes for its configuration, and that switch all of it off.
HOSTILE = {
    ".checkov.yaml": "skip-check: [CKV_K8S_16, CKV_AWS_24]\nskip-path: [k8s]\n",
    ".trivyignore": "KSV-0017\nAWS-0107\n",
    "trivy.yaml": "severity: [LOW]\nscan:\n  skip-dirs: [k8s]\n",
    ".cfnlintrc": "ignore_checks: [E, W]\n",
}


def inputs(files: Mapping[str, str]) -> list[Input]:
    """The files as the gate gives them to scanners."""
    given = []
    for path, text in files.items():
        data = text.encode()
        kinds = tuple(dict.fromkeys(read_documents(path, data).kinds))
        given.append(Input.of(path, kinds, (), data))
    return given


def scan(name: str, files: Mapping[str, str], root: Path) -> ScanReport:
    """Runs the real scanner over the files."""
    return run_scanners(inputs(files), root=root, names=[name], use_cache=False)


def of(report: ScanReport, path: str, rule: str) -> list[Detection]:
    """The detections of a rule in a file."""
    return [one for one in report.detections if one.location.path == path and one.rule == rule]


def unread(report: ScanReport) -> set[str]:
    """The files that the scanner did not prove to have read."""
    return {one.location.path for one in report.detections if one.rule == "scanner-coverage"}


def forge(
    name: str, files: Mapping[str, str], folder: Path, report: Any
) -> tuple[Scanner, list[Input], Outcome]:
    """What the adapter makes of a report that its tool did not write; ``str`` is written as it is."""
    scanner = scanners()[name]
    given = inputs(files)
    tree, scratch = folder / "tree", folder / "scratch"
    tree.mkdir()
    scratch.mkdir()

    def call(*_arguments: str, **_more: Any) -> Done:
        text = report if isinstance(report, str) else json.dumps(report)
        (scratch / "report.json").write_text(text)
        return Done(0, b"", b"")

    placed = {scanner.place(index, one): one for index, one in enumerate(given)}
    return scanner, given, scanner.run(Task(tree, placed, scratch, call))
