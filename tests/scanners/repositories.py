"""Files for the real scanners: good ones, bad ones, and what tries to keep them quiet."""

from __future__ import annotations

from pathlib import Path

from modelyard.scanners.api import Input
from modelyard.scanners.run import ScanReport, run_scanners
from modelyard.subjects.document import Kind

GOOD_DOCKERFILE = """\
FROM debian@sha256:{digest}
USER 1000
CMD ["true"]
""".format(digest="0" * 64)
BAD_DOCKERFILE = """\
FROM debian:latest
RUN cd /tmp && sudo true
USER root
"""
GOOD_WORKFLOW = """\
name: good
on: push
permissions: {}
jobs:
  good:
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: echo good
"""
BAD_WORKFLOW = """\
name: bad
on: pull_request_target
permissions: {}
jobs:
  bad:
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""


def given(path: str, text: str | bytes, *kinds: Kind) -> Input:
    """An input; text is UTF-8."""
    return Input.of(path, kinds, (), text.encode() if isinstance(text, str) else text)


def scan(name: str, *inputs: Input) -> ScanReport:
    """One real scanner over these files, without a cache."""
    return run_scanners(inputs, root=Path(), names=[name], use_cache=False)


def rules(report: ScanReport, path: str) -> set[str]:
    """The rules of all that was found in a file."""
    return {one.rule for one in report.detections if one.location.path == path}


def key_of_aws() -> str:
    """Of the form of a key, made here so that no file of this repository has one."""
    return "AKIA" + "Z7QW" + "ERTY2345XCVB"
