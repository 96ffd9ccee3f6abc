"""Roles that more than one model uses: the one question of this family that no single document answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.rules.ecs._roles import account, identity
from modelyard.rules.ecs._shared import value_at
from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import Subject, TaskDefinition, Whole

INFO = RuleInfo(
    id="role-shared-between-models",
    tool="modelyard",
    level=Level.HIGH,
    summary="Two models use the same IAM role.",
    why="Each of them can do what the other may: weights, data, secrets; and neither can lose a right.",
    fix="Let each model have the roles that its own stack makes.",
)
_ANNOTATION = "eks.amazonaws.com/role-arn"
# Resources of CloudFormation that hand a role to a model's code, and the property that names it.
_HANDED_BY = {
    "AWS::EKS::PodIdentityAssociation": "RoleArn",
    "AWS::SageMaker::Model": "ExecutionRoleArn",
    "AWS::Lambda::Function": "Role",
}


@dataclass(frozen=True, slots=True)
class RoleUse:
    """One use of a role. ``account`` is empty where the file does not say; a role belongs to no region.

    ``file``, ``index`` and ``path`` lead to it: to the document of the file, and in it. Where that stands is
    looked up only for what is reported, since most of a gate's files are never parsed.
    """

    model: str
    environment: str
    account: str
    role: str
    file: str
    index: int
    path: Path
    resource: str


def uses_of(subject: Subject) -> Iterator[RoleUse]:
    """The roles that a task definition, a service account or a template's resource hands to a model.

    Give it every :class:`TaskDefinition` and every :class:`Whole`; other subjects and files that are no
    model's have none.
    """
    if not subject.document.place.model:
        return
    if isinstance(subject, TaskDefinition):
        for said in (subject.task_role, subject.execution_role):
            if said is not None:
                yield from _use(subject, said.value, said.path)
    elif isinstance(subject, Whole):
        for path in _places(subject.document):
            yield from _use(subject, value_at(subject.document, path), path)


def shared_roles(uses: Iterable[RoleUse], locate: Callable[[RoleUse], Location]) -> Iterator[Detection]:
    """One detection for each place in which a role is used that another model uses too."""
    by_role: dict[tuple[str, str], list[RoleUse]] = {}
    for use in uses:
        by_role.setdefault((use.account or f"account of {use.environment}", use.role), []).append(use)
    for (_, role), found in sorted(by_role.items()):
        models = sorted({use.model for use in found})
        if len(models) < 2:
            continue
        for use in dict.fromkeys(found):
            others = ", ".join(model for model in models if model != use.model)
            yield Detection(
                rule=INFO.id,
                tool=INFO.tool,
                level=INFO.level,
                location=locate(use),
                message=f"the role {role} is used by {others} too",
                hint=INFO.fix,
                resource=use.resource,
                evidence=role,
                model=use.model,
            )


def _use(subject: Subject, value: Any, path: Path) -> Iterator[RoleUse]:
    document, place = subject.document, subject.document.place
    role = identity(value, document)
    # A role without a name of its own is made by its stack, and the stack is one model's.
    if role and not role.startswith((f"{document.path}#", "function:")) and "${" not in role:
        yield RoleUse(
            place.model,
            place.environment,
            account(value),
            role,
            document.path,
            document.index,
            path,
            subject.resource,
        )


def _places(document: Document) -> Iterator[Path]:
    data = document.data
    if not isinstance(data, Mapping):
        return
    if document.kind == "kubernetes" and data.get("kind") == "ServiceAccount":
        path: Path = ("metadata", "annotations", _ANNOTATION)
        if value_at(document, path) is not None:
            yield path
    elif document.kind == "cloudformation":
        resources = data.get("Resources")
        for name, resource in resources.items() if isinstance(resources, Mapping) else ():
            key = _HANDED_BY.get(str(resource.get("Type"))) if isinstance(resource, Mapping) else None
            path = ("Resources", name, "Properties", key or "")
            if key is not None and value_at(document, path) is not None:
                yield path
