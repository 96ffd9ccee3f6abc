"""How `tools/run` prints outcomes and errors, as text or JSON, and writes the table of all models."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.cli import common

if TYPE_CHECKING:
    from modelyard.running.fleet import Row
    from modelyard.running.outcome import Outcome
    from modelyard.running.session import Request

DEFAULT_REPORT = "docs/run-report.md"


def print_outcome(outcome: Outcome, form: str) -> None:
    """To stdout."""
    from modelyard.running.show import lines, plain

    print(as_json(plain(outcome)) if form == "json" else "\n".join(lines(outcome)), flush=True)


def print_failure(request: Request, error: Exception, form: str) -> int:
    """To stderr, or as JSON to stdout; gives the exit code."""
    from modelyard.running.session import Wrong
    from modelyard.running.show import exit_code, explained, failure

    if form == "json":
        print(as_json(failure(request.model, error)))
    else:
        if isinstance(error, Wrong):
            common.print_findings(request.root, error.findings, "text", sys.stderr)
        print("\n".join(explained(request.model, error)), file=sys.stderr)
    return exit_code(error)


def print_row(request: Request, row: Row) -> None:
    """What became of one of several models, as text."""
    if row.outcome is not None:
        print_outcome(row.outcome, "text")
    elif row.error is not None:
        print_failure(request, row.error, "text")


def plain_row(row: Row) -> dict[str, Any]:
    """As plain data for JSON."""
    from modelyard.running.show import failure, plain

    if row.outcome is not None:
        return plain(row.outcome)
    assert row.error is not None
    return failure(row.model, row.error)


def write_report(root: Path, rows: list[Row], name: str) -> None:
    """Writes the table of all models; ``name`` is a path, and the default one is in the repository."""
    from modelyard.running.fleet import cores, markdown

    hows = sorted({row.outcome.how for row in rows if row.outcome is not None}) or ["nothing ran"]
    number = cores()
    text = markdown(rows, f"{number} {'core' if number == 1 else 'cores'}, {', '.join(hows)}")
    path = root / name if name == DEFAULT_REPORT else Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    common.say(f"wrote {path.relative_to(root) if path.is_relative_to(root) else path}")


def as_json(document: Any) -> str:
    """Indented, for people too."""
    import json

    return json.dumps(document, indent=2, ensure_ascii=False)
