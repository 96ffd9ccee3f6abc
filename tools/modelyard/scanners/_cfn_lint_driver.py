"""Runs cfn-lint over templates and writes down all it says. Started by its own Python, never imported.

    python -I _cfn_lint_driver.py PLAN REPORT

The program ``cfn-lint`` itself is not used: its report names what it found and not what it read, and a
template can switch its rules off. PLAN is JSON: for each template its path and region. REPORT has, for
each, ``matches`` (id, severity, message, line, column, path of keys, summary, description, address),
``resources`` (logical ids) and ``error``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.core import get_rules
from cfnlint.decode.decode import decode_str
from cfnlint.helpers import REGIONS
from cfnlint.runner import run_template_by_data

DEFAULT_REGION = "us-east-1"  # which has every type of resource
ALL = ["E", "W", "I"]


def said(match: Any) -> list[Any]:
    """One match."""
    steps = [step if isinstance(step, int) else str(step) for step in getattr(match, "path", None) or ()]
    rule = match.rule
    place = [match.linenumber, match.columnnumber]
    return [
        rule.id,
        rule.severity,
        match.message,
        *place,
        steps,
        rule.shortdesc,
        rule.description,
        rule.source_url,
    ]


def disarm(template: dict[str, Any]) -> None:
    """Takes out what configures cfn-lint from within a template."""
    resources = template.get("Resources")
    holders = [template, *(resources.values() if isinstance(resources, dict) else ())]
    for holder in holders:
        metadata = holder.get("Metadata") if isinstance(holder, dict) else None
        if isinstance(metadata, dict):
            metadata.pop("cfn-lint", None)


def scan(path: str, region: str, rules: Any) -> dict[str, Any]:
    """What cfn-lint says of one template."""
    with open(path, encoding="utf-8") as file:
        template, broken = decode_str(file.read())
    if broken or not isinstance(template, dict):
        return {"matches": [said(one) for one in broken], "resources": [], "error": "not a template"}
    disarm(template)
    resources = template.get("Resources")
    names = [str(name) for name in resources] if isinstance(resources, dict) else []
    # Mandatory checks cannot be switched off by what a template says.
    options = ManualArgs(
        regions=[region if region in REGIONS else DEFAULT_REGION], include_checks=ALL, mandatory_checks=ALL
    )
    matches = list(run_template_by_data(template, ConfigMixIn(**options), rules))
    return {"matches": [said(one) for one in matches], "resources": names, "error": ""}


def attempt(path: str, region: str, rules: Any) -> dict[str, Any]:
    """The same, or why not: a template on which it breaks must not hide what it says of the others."""
    try:
        return scan(path, region, rules)
    except Exception as error:  # noqa: BLE001 - reported, and the template counts as not read
        return {"matches": [], "resources": [], "error": f"{type(error).__name__}: {error}"[:300]}


def main(plan_path: str, report_path: str) -> None:
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    rules = get_rules([], [], ALL, include_experimental=False, mandatory_rules=ALL)
    templates = [attempt(path, region, rules) for path, region in plan]
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(templates, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
