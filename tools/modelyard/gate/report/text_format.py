"""The report for people: one table, grouped by model, the worst first.

No line of a file is shown: it could be the secret that the detection is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Detection, Level
from modelyard.findings.text import guarded, wrapped
from modelyard.findings.visible import clip, visible
from modelyard.gate.report.facts import Facts, label, ran_in_words

_COLOURS = {Level.CRITICAL: "1;31", Level.HIGH: "31", Level.MEDIUM: "33", Level.LOW: "36"}
_LONGEST = 600  # code points of a message or hint
_NARROWEST = 40


def render(facts: Facts, colour: bool, width: int) -> str:
    """The table, what the scanners did, and one line that says whether the gate passed."""
    lines: list[str] = []
    explained: set[tuple[str, ...]] = set()
    for model, detections in facts.by_model():
        blocking = [one for one in detections if facts.blocks(one)]
        if blocking:
            lines.append(_paint(visible(model) if model else "of no model", "1", colour))
            for detection in blocking:
                lines += _row(facts, detection, explained, colour, max(width, _NARROWEST))
            lines.append("")
    rest = list(_rest(facts, colour))
    return "".join(f"{line}\n" for line in (*lines, *rest, *_ran(facts), *_verdict(facts, colour)))


def _row(
    facts: Facts, one: Detection, explained: set[tuple[str, ...]], colour: bool, width: int
) -> Iterator[str]:
    where = one.location
    place = guarded(visible(f"{where.path}:{where.line}:{where.column}"))
    level = _paint(f"{one.level.word:<8}", _COLOURS[one.level], colour)
    resource = f"  {visible(clip(one.resource, 120))}" if one.resource else ""
    yield f"  {level}  {visible(label(one))}  {place}{resource}"
    yield from wrapped(visible(clip(one.message, _LONGEST)), " " * 12, width)
    key = (one.tool, one.rule)
    if key not in explained:  # said once: a report of many is read from its beginning
        explained.add(key)
        why = facts.rule(one).why
        if why:
            yield from wrapped(visible(clip(why, _LONGEST)), f"{'why: ':>16}", width)
    if one.hint and (*key, one.hint) not in explained:
        explained.add((*key, one.hint))
        yield from wrapped(visible(clip(one.hint, _LONGEST)), f"{'fix: ':>16}", width)
    yield f"{'id:  ':>16}{one.fingerprint}"


def _rest(facts: Facts, colour: bool) -> Iterator[str]:
    """What does not block, one line for each rule and reason: the other formats list every place."""
    groups: dict[tuple[str, str, str], list[Detection]] = {}
    for one in facts.answer.detections:
        if not facts.blocks(one):
            why = f"waived: {one.waiver}" if one.waiver else "reported only"
            groups.setdefault((why, one.level.word, label(one)), []).append(one)
    if groups:
        yield _paint("does not block", "1", colour)
    for (why, level, rule), some in groups.items():
        where = some[0].location
        place = guarded(visible(f"{where.path}:{where.line}:{where.column}"))
        more = f" and {len(some) - 1} more" if len(some) > 1 else ""
        shade = _paint(f"{level:<8}", _COLOURS[some[0].level], colour)
        yield f"  {shade}  {visible(rule)}  {place}{more}  [{visible(why)}]"
    if groups:
        yield ""


def _ran(facts: Facts) -> Iterator[str]:
    for one in facts.answer.ran:
        yield visible(ran_in_words(one))


def _verdict(facts: Facts, colour: bool) -> Iterator[str]:
    counted = facts.counted()
    answer = facts.answer
    looked = f"{_amount(answer.files, 'file')}, {_amount(answer.resources, 'resource')}"
    if answer.partial:
        looked += f"; {answer.partial}"
    rest = f"{counted['waived']} waived, {counted['reported']} that do not block"
    if answer.passed:
        yield f"{_paint('passed', '1;32', colour)}: {looked}; {rest}"
        return
    blocking = counted["blocking"]
    yield f"{_paint('blocked', '1;31', colour)} by {_amount(blocking, 'detection')} in {looked}; {rest}"
    yield f"  `{facts.command}rules RULE` explains a rule; `{facts.command}waive ID` writes a waiver"


def _amount(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
