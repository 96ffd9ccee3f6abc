"""Settings, apart from the container, that name a hub's model without a commit."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._groups import of_document
from modelyard.rules.models._hub import unpinned
from modelyard.rules.models.hub_model_without_commit import FIX, SOURCE, WHY
from modelyard.subjects.facts import Whole


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Of manifests of ours (also as released), of ConfigMaps, of KServe's InferenceServices."""
    for group in of_document(whole.document):
        yield from unpinned(group)


RULE = Rule(
    id="hub-setting-without-commit",
    level=Level.HIGH,
    summary="A manifest, ConfigMap or InferenceService names a hub's model without a commit.",
    why=WHY,
    fix=FIX,
    subject=Whole,
    check=check,
    source=SOURCE + "; KServe: Hugging Face storage",
)
