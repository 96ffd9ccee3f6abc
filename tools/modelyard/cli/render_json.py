"""What `tools/render --format json` prints: the whole result, for programs."""

from __future__ import annotations

import json

from modelyard.findings.json_report import render as findings_json
from modelyard.findings.report import in_order
from modelyard.pipeline.result import RunResult


def as_json(result: RunResult, mending: str, written: bool) -> str:
    """``{"version": 1, "findings": [], "summary": {}, "models": [], "written": true, "mend": null}``.

    ``written`` tells whether the changes were made, or are due. ``mend`` is the command that removes the
    drift, null where nothing was asked about drift or there is none; ``diff`` of a model is the patch,
    empty without ``--diff``.
    """
    report = json.loads(findings_json(in_order(result.all_findings)))
    models = [
        {
            "name": model.name,
            "failed": model.failed,
            "files": model.files,
            "changes": [{"path": path, "action": action} for path, action in model.changes],
            "skipped": dict(model.skipped or {}),
            "diff": model.diff,
        }
        for model in result.models
    ]
    return json.dumps({**report, "models": models, "written": written, "mend": mending or None}, indent=2)
