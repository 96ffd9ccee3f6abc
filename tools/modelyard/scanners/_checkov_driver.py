"""Runs checkov over groups of files and writes down all it says. Started by its own Python, never imported.

    python -I _checkov_driver.py PLAN REPORT

The program ``checkov`` itself is not used: it reads ``.checkov.yaml`` from wherever it looks, and its report
names no resource without a check. PLAN is JSON: ``skip`` (ids of checks that are off) and ``groups``, each
a framework and the paths of the files of one input. Each group is a run by itself: what is said of an
input hangs on no other. REPORT has, for each group, ``failed`` and ``skipped`` (id, name, file, resource,
keys of the values that were looked at, first and last line), ``seen`` (file and resource) and ``error``.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

# Processes of its own make it slower on few cores. Read when checkov is imported.
os.environ["CHECKOV_PARALLELIZATION_TYPE"] = "none"
# A name that stands in the tree must not keep a file from being read.
os.environ["CKV_IGNORE_HIDDEN_DIRECTORIES"] = "false"
os.environ["CKV_IGNORED_DIRECTORIES"] = ""
os.environ["LOG_LEVEL"] = "ERROR"

from checkov.cloudformation.runner import Runner as CloudFormation
from checkov.dockerfile.runner import Runner as Dockerfile
from checkov.kubernetes.runner import Runner as Kubernetes
from checkov.runner_filter import RunnerFilter

RUNNERS = {"cloudformation": CloudFormation, "dockerfile": Dockerfile, "kubernetes": Kubernetes}


def said(record: Any) -> list[Any]:
    """One result of one check."""
    keys = [key for key in record.check_result.get("evaluated_keys") or () if isinstance(key, str)]
    first, last = record.file_line_range
    return [
        record.check_id,
        record.check_name,
        record.file_abs_path,
        record.resource,
        keys,
        first or 0,
        last or 0,
    ]


def scan(framework: str, files: list[str], skip: list[str]) -> dict[str, Any]:
    """What checkov says of the files of one input."""
    chosen = RunnerFilter(framework=[framework], skip_checks=skip, show_progress_bar=False)
    report = RUNNERS[framework]().run(root_folder=None, files=files, runner_filter=chosen)
    records = [*report.passed_checks, *report.failed_checks, *report.skipped_checks]
    seen = {(one.file_abs_path, one.resource) for one in (*records, *report.extra_resources)}
    return {
        "failed": [said(one) for one in report.failed_checks],
        "skipped": [said(one) for one in report.skipped_checks],
        "seen": sorted(seen),
        "error": ", ".join(report.parsing_errors),
    }


def attempt(framework: str, files: list[str], skip: list[str]) -> dict[str, Any]:
    """The same, or why not: a file on which checkov breaks must not hide what it says of the others."""
    try:
        return scan(framework, files, skip)
    except Exception as error:  # noqa: BLE001 - reported, and the input counts as not read
        return {"failed": [], "skipped": [], "seen": [], "error": f"{type(error).__name__}: {error}"[:300]}


def main(plan_path: str, report_path: str) -> None:
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    groups = [attempt(framework, files, plan["skip"]) for framework, files in plan["groups"]]
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(groups, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
