"""From a document to its facts, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from modelyard.subjects import (
    cloudformation,
    compose,
    dockerfile,
    ecs,
    iam,
    kubernetes,
    ours,
    sagemaker,
    workflow,
)
from modelyard.subjects.document import Document, Kind
from modelyard.subjects.facts import Subject, Whole
from modelyard.subjects.gathering import Gathering
from modelyard.subjects.reading import listed, parts

extractors: dict[Kind, Callable[[Gathering], None]] = {
    "kubernetes": kubernetes.gather,
    "compose": compose.gather,
    "cloudformation": cloudformation.gather,
    "task-definition": ecs.gather,
    "sagemaker": sagemaker.gather,
    "iam-policy": iam.gather,
    "dockerfile": dockerfile.gather,
    "workflow": workflow.gather,
    "codeowners": workflow.gather_owners,
    "model": ours.gather_model,
    "base-images": ours.gather_bases,
}


def facts_of(document: Document) -> Iterator[Subject]:
    """The facts of a document, the whole of it first. What has a wrong shape is ``Malformed``."""
    if listed(document):
        for part in parts(document):
            yield from facts_of(part)
        return
    yield Whole(document=document, path=(), resource=address(document))
    gather = extractors.get(document.kind)
    if gather is not None:
        gathering = Gathering(document)
        gather(gathering)
        yield from gathering.found


def address(document: Document) -> str:
    """The address of a document as a whole: an object of Kubernetes has one, the others are their file."""
    data = document.data
    if document.kind != "kubernetes" or not isinstance(data, dict):
        return ""
    return kubernetes.owner_of(data).resource
