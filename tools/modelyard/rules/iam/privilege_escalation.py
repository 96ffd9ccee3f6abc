"""Actions with which a role gives itself more than it has."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows, everywhere, granted, is_whole_service
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

# What changes who may do what. No model, and nothing that starts one, has to.
ANYWHERE = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
# What is somebody else's right as soon as it reaches everything.
EVERYWHERE = (
    "codebuild:UpdateProject",
    "ecr:SetRepositoryPolicy",
    "ecs:ExecuteCommand",
    "eks:AssociateAccessPolicy",
    "eks:CreateAccessEntry",
    "glue:UpdateDevEndpoint",
    "kms:PutKeyPolicy",
    "lambda:AddPermission",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "s3:PutBucketPolicy",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "secretsmanager:PutResourcePolicy",
    "ssm:SendCommand",
    "ssm:StartSession",
    "sts:AssumeRole",
)
_BOUNDED = frozenset({"iam:permissionsboundary", "iam:policyarn"})


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """One problem for each action as written, with what it lets its holder do."""
    if not allows(statement) or statement.scope != "identity":
        return
    wanted: tuple[str, ...] = () if narrowed_by(statement, _BOUNDED) else ANYWHERE
    if everywhere(statement) is not None:
        wanted += EVERYWHERE
    by_place: dict[tuple[str | int, ...], list[str]] = {}
    for action, said in granted(statement, wanted):
        # `*` and `iam:*` are wildcard-action's.
        if not is_whole_service(said.value):
            by_place.setdefault(said.path, []).append(action)
    for path, actions in by_place.items():
        more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
        yield Problem(path, f"{actions[0]}{more} lets its holder get rights beyond its own",
                      evidence=",".join(actions))  # fmt: skip


RULE = Rule(
    id="privilege-escalation",
    level=Level.HIGH,
    summary="A policy allows actions with which its holder widens its own rights.",
    why="A role that writes policies, or takes on any other role, is an administrator with one step more.",
    fix="Leave changes of policies to the stack that renders them; hold sts:AssumeRole to named roles; where "
    "a role must attach policies, add a condition on iam:PolicyARN or iam:PermissionsBoundary.",
    subject=Statement,
    check=check,
    source="IAM User Guide: Permissions boundaries; Service Authorization Reference: permissions management",
)
