"""Looks at one file: as the documents it holds, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from modelyard.detections import Detection, Level
from modelyard.findings import Finding, Location, Severity
from modelyard.gate.evaluate import TOOL, Evaluation
from modelyard.gate.result import Looked, Seen
from modelyard.gate.text_checks import look_at_text
from modelyard.rules.ecs._fleet import RoleUse, uses_of
from modelyard.secrets.files import detections_of_file
from modelyard.subjects.document import Document
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import ImageUse, TaskDefinition, Whole
from modelyard.subjects.formats import format_of
from modelyard.subjects.kinds import place_of_path
from modelyard.subjects.reading import read_documents

_HAND_OUT_ROLES = (TaskDefinition, Whole)


def look_at_bytes(path: str, data: bytes, evaluation: Evaluation, excluded: bool) -> Looked:
    """Everything about a file of which only the bytes are known. Of an ``excluded`` one, only its secrets."""
    found: list[Detection] = list(detections_of_file(path, data))
    if excluded:
        return Looked(tuple(found), (_seen(path, data, ()),))
    found += look_at_text(path, data)
    if format_of(path) is None:
        return Looked(tuple(found), (_seen(path, data, ()),))
    read = read_documents(path, data)
    found += of_findings(read.findings)
    documents = look_at_documents(path, data, read.documents, evaluation)
    return Looked((*found, *documents.detections), documents.seen, documents.roles)


def look_at_documents(
    path: str, data: bytes, documents: Sequence[Document], evaluation: Evaluation
) -> Looked:
    """What rules say of the documents of a file."""
    found: list[Detection] = []
    resources: list[str] = []
    images: list[str] = []
    roles: list[RoleUse] = []
    for document in documents:
        resources += addresses(document)
        for fact in facts_of(document):
            found += evaluation.of_fact(fact)
            if type(fact) is ImageUse:
                images.append(fact.written)
            elif type(fact) in _HAND_OUT_ROLES:
                roles += uses_of(fact)
    return Looked(tuple(found), (_seen(path, data, documents, resources, images),), tuple(roles))


def addresses(document: Document) -> list[str]:
    """The addresses of what a document holds, as scanners are asked to have read them."""
    data = document.data
    if not isinstance(data, dict):
        return []
    if document.kind == "cloudformation":
        resources = data.get("Resources")
        return [name for name in resources if isinstance(name, str)] if isinstance(resources, dict) else []
    if document.kind == "kubernetes":
        metadata = data.get("metadata")
        name = metadata.get("name", "") if isinstance(metadata, dict) else ""
        return [f"{data.get('kind', '')}/{name}"]
    return []


def _seen(
    path: str,
    data: bytes,
    documents: Sequence[Document],
    resources: Iterable[str] = (),
    images: Iterable[str] = (),
) -> Seen:
    return Seen(
        path=path,
        digest=sha256(data).hexdigest(),
        kinds=tuple(dict.fromkeys(document.kind for document in documents)),
        resources=tuple(dict.fromkeys(resources)),
        images=tuple(sorted(set(images))),
    )


def of_findings(findings: Iterable[Finding]) -> Iterator[Detection]:
    """Findings of reading, validating and rendering as what the gate reports."""
    for finding in findings:
        yield Detection(
            rule=finding.rule,
            tool=TOOL,
            level=Level.HIGH if finding.severity is Severity.ERROR else Level.LOW,
            location=finding.location,
            message=finding.message,
            hint=finding.hint,
            # A file that cannot be read is waived by nobody, so nothing more is needed to name it.
            evidence=finding.message,
            model=place_of_path(finding.location.path).model,
        )


def unreadable(path: str, why: str, hint: str) -> Detection:
    """A file that could not be looked at, which is never a pass."""
    return Detection(
        "unreadable-file",
        TOOL,
        Level.HIGH,
        Location(path),
        f"the gate cannot look at this file: {why}",
        hint,
        evidence=why,
        model=place_of_path(path).model,
    )
