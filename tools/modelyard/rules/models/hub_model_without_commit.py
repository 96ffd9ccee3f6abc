"""A server that fetches whatever a hub has today."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._groups import of_container, text_of
from modelyard.rules.models._hub import MARKS, unpinned
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Of a container's variables and command line, on every platform."""
    if MARKS.search(text_of(container)):
        yield from unpinned(of_container(container))


WHY = (
    "Each replica fetches what the branch has at its start: two replicas may differ, and whoever gets into "
    "the owner's account changes what runs here without a review."
)
FIX = (
    "Keep the weights as `artifacts` with sha256; or give --revision (REVISION, HF_REVISION ...) the full "
    "40 digits of a commit."
)
SOURCE = "Hugging Face Hub: Download files, revision; vLLM: engine arguments, revision"
RULE = Rule(
    id="hub-model-without-commit",
    level=Level.HIGH,
    summary="A container fetches a model from a hub without naming a commit.",
    why=WHY,
    fix=FIX,
    subject=Container,
    check=check,
    source=SOURCE,
)
