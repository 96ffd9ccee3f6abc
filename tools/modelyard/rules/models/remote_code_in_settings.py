"""Settings, apart from the container, that let a model bring code."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._groups import of_document
from modelyard.rules.models._remote_code import trusting
from modelyard.rules.models.remote_code_trusted import FIX, SOURCE, WHY
from modelyard.subjects.facts import Whole


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Of manifests of ours (also as released), of ConfigMaps, of KServe's InferenceServices."""
    for group in of_document(whole.document):
        yield from trusting(group)


RULE = Rule(
    id="remote-code-in-settings",
    level=Level.HIGH,
    summary="A manifest, ConfigMap or InferenceService lets a model bring code.",
    why=WHY,
    fix=FIX,
    subject=Whole,
    check=check,
    source=SOURCE,
)
