"""A server that runs code out of a model's repository."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._groups import of_container, text_of
from modelyard.rules.models._remote_code import is_spoken_of, trusting
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Of a container's variables and command line, on every platform."""
    if is_spoken_of(text_of(container)):
        yield from trusting(of_container(container))


WHY = (
    "The library then imports Python files that lie beside the weights: whoever can change that repository "
    "runs code with the model's role, its secrets and its data."
)
FIX = (
    "Take trust_remote_code out and use an architecture that the library knows; where it cannot go, copy the "
    "code into the image, where it is reviewed."
)
SOURCE = "Hugging Face Transformers: Customizing models, trust_remote_code; vLLM: engine arguments"
RULE = Rule(
    id="remote-code-trusted",
    level=Level.HIGH,
    summary="A container runs code that comes with a model.",
    why=WHY,
    fix=FIX,
    subject=Container,
    check=check,
    source=SOURCE,
)
