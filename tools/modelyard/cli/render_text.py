"""What `tools/render` says on a terminal: for each model and environment what changed, then a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from modelyard.findings.visible import visible
from modelyard.pipeline.result import ModelResult, RunResult

_DONE = {"create": "created", "update": "updated", "delete": "deleted"}
_DUE = {"create": "to create", "update": "to update", "delete": "to delete"}


def summary_lines(result: RunResult, written: bool) -> Iterator[str]:
    """Lines for people; models and environments without a change are not named.

    ``written`` tells whether the changes were made, or are due.
    """
    words = _DONE if written else _DUE
    for model in result.models:
        if model.failed and not model.changes:
            yield f"{visible(model.name)}: left as it was, because of the errors above"
        yield from _changes(model, words)
    yield from _skipped(result)
    yield _total(result, words)


def _changes(model: ModelResult, words: dict[str, str]) -> Iterator[str]:
    by_place: dict[str, Counter[str]] = {}
    for path, action in model.changes:
        by_place.setdefault(_place(path), Counter())[words[action]] += 1
    if by_place:
        yield visible(model.name)
    for place, counted in by_place.items():
        yield f"  {visible(place):<12} " + ", ".join(f"{number} {what}" for what, number in counted.items())


def _place(path: str) -> str:
    first, second = path.split("/", 2)[:2]
    return second if first == "environments" else first


def _skipped(result: RunResult) -> Iterator[str]:
    """One line for each environment and reason: which models are not rendered there."""
    models: dict[tuple[str, str], list[str]] = {}
    for model in result.models:
        for environment, reason in (model.skipped or {}).items():
            if not model.failed:
                models.setdefault((environment, reason), []).append(visible(model.name))
    for (environment, reason), names in sorted(models.items()):
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        yield f"{environment}: {reason}: {shown}"


def _total(result: RunResult, words: dict[str, str]) -> str:
    counted: Counter[str] = Counter()
    for model in result.models:
        counted.update(words[action] for _, action in model.changes)
    files = sum(model.files for model in result.models)
    what = ", ".join(f"{number} {word}" for word, number in counted.items()) or "nothing changed"
    return f"{_amount(len(result.models), 'model')}, {_amount(files, 'file')}: {what}"


def _amount(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
