"""The report as JUnit XML, for whatever shows test results: a suite a model, a case a detection."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from modelyard.detections import Detection
from modelyard.findings.visible import visible
from modelyard.gate.report.facts import Facts, label, state


def render(facts: Facts) -> str:
    """An XML document. Without detections it holds one case that passed, so that "no tests" is no pass."""
    suites = [_suite(facts, model or "no model", some) for model, some in facts.by_model()]
    if not suites:
        suites = ['  <testsuite name="gate" tests="1" failures="0"><testcase name="gate"/></testsuite>\n']
    counted = facts.counted()
    total = max(len(facts.answer.detections), 1)
    head = f'<testsuites name="modelyard" tests="{total}" failures="{counted["blocking"]}">\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(suites)}</testsuites>\n'


def _suite(facts: Facts, name: str, found: list[Detection]) -> str:
    failures = sum(map(facts.blocks, found))
    cases = "".join(_case(facts, one) for one in found)
    head = f'  <testsuite name={_attribute(name)} tests="{len(found)}" failures="{failures}">\n'
    return f"{head}{cases}  </testsuite>\n"


def _case(facts: Facts, one: Detection) -> str:
    where = f"{one.location.path}:{one.location.line}:{one.location.column}"
    name = " ".join(part for part in (label(one), where, one.resource) if part)
    head = f"    <testcase classname={_attribute(one.tool)} name={_attribute(name)}"
    body = "\n".join(part for part in (one.message, one.hint, f"id {one.fingerprint}") if part)
    kind = state(facts, one)
    if kind == "blocks":
        message = f"{_attribute(one.message)} type={_attribute(one.level.word)}"
        return f"{head}><failure message={message}>{_text(body)}</failure></testcase>\n"
    why = f"waived: {one.waiver}" if kind == "waived" else "does not block"
    return f"{head}><skipped message={_attribute(why)}/></testcase>\n"


def _attribute(text: str) -> str:
    """Quoted, on one line, and without the controls that XML has no way to write."""
    return quoteattr(visible(text))


def _text(text: str) -> str:
    return escape("\n".join(visible(line) for line in text.split("\n")))
