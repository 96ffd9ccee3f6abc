"""The report as SARIF 2.1.0 (OASIS), for code scanning and for viewers: one run for each tool that spoke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelyard import __version__
from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings.sarif import SCHEMA, place, plain_text
from modelyard.findings.visible import visible
from modelyard.gate.report.facts import Facts, plain_json, state

_LEVELS = {Level.CRITICAL: "error", Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "note"}
# What GitHub's code scanning sorts by (docs.github.com, "SARIF support for code scanning"): the middle of
# the CVSS range of each word.
_SEVERITY = {Level.CRITICAL: "9.5", Level.HIGH: "8.0", Level.MEDIUM: "5.5", Level.LOW: "2.0"}


def render(facts: Facts) -> str:
    """One SARIF log, indented, with a line break at its end. It names no folder of this machine."""
    tools = sorted({"modelyard"} | {tool for tool, _ in facts.rules})
    runs = [_run(facts, tool) for tool in tools]
    return plain_json({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _run(facts: Facts, tool: str) -> dict[str, object]:
    rules = [rule for (owner, _), rule in facts.rules.items() if owner == tool]
    index = {rule.id: number for number, rule in enumerate(rules)}
    results = _results(facts, [one for one in facts.answer.detections if one.tool == tool], index)
    driver: dict[str, object] = {"name": tool, "rules": [_rule(rule) for rule in rules]}
    version = {one.scanner: one.version for one in facts.answer.ran}.get(tool, "")
    if tool == "modelyard":
        version = __version__
    if version:
        driver["version"] = version
    return {
        "tool": {"driver": driver},
        # Each tool's results replace those of the same tool alone.
        "automationDetails": {"id": f"modelyard/{tool}/"},
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _rule(rule: RuleInfo) -> dict[str, object]:
    described: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": plain_text(rule.summary) or visible(rule.id)},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": ["security"], "security-severity": _SEVERITY[rule.level]},
    }
    if rule.why:
        described["fullDescription"] = {"text": plain_text(rule.why)}
    if rule.fix:
        described["help"] = {"text": plain_text(rule.fix)}
    if rule.url.startswith("https://"):
        described["helpUri"] = rule.url
    return described


def _results(facts: Facts, found: Sequence[Detection], index: dict[str, int]) -> list[dict[str, object]]:
    seen: Counter[str] = Counter()
    results = []
    for one in found:
        body = f"{one.message}\n{one.hint}" if one.hint else one.message
        location: dict[str, object] = {"physicalLocation": place(one.location)}
        if one.resource:
            location["logicalLocations"] = [{"fullyQualifiedName": visible(one.resource)}]
        result: dict[str, object] = {
            "ruleId": one.rule,
            "ruleIndex": index[one.rule],
            "level": _LEVELS[one.level],
            "message": {"text": plain_text(body)},
            "locations": [location],
            # One resource may break a rule at several places; the occurrence keeps them apart.
            "partialFingerprints": {"modelyardDetection/v1": f"{one.fingerprint}:{seen[one.fingerprint]}"},
            "properties": {"state": state(facts, one), "model": one.model},
        }
        if one.waiver:
            result["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": plain_text(one.waiver)}
            ]
        seen[one.fingerprint] += 1
        results.append(result)
    return results
