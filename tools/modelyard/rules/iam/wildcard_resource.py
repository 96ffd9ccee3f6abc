"""An action that could be held to a resource is allowed on all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows, everywhere, is_whole_service, pattern
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

# Reading what there is, not what is in it. s3:ListBucket tells the names of a bucket's objects.
_METADATA = re.compile(r"[a-z0-9-]+:(?:Describe|List)(?!Bucket\b)", re.IGNORECASE)
# Actions that take no resource, so that only "*" can be written (Service Authorization Reference).
NO_RESOURCE = (
    "autoscaling:Describe*",
    "cloudwatch:GetMetricStatistics",
    "ecr:GetAuthorizationToken",
    "ecr-public:GetAuthorizationToken",
    "elasticmapreduce:GetBlockPublicAccessConfiguration",
    "sagemaker:Search",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssmmessages:*ControlChannel",
    "ssmmessages:*DataChannel",
    "sts:GetCallerIdentity",
    "sts:GetServiceBearerToken",
    "xray:GetSampling*",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
# These add a line or a number, or read metrics; half of AWS's own managed policies have them on "*".
_HARMLESS = (
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
)
_QUIET = tuple(pattern(text) for text in (*NO_RESOURCE, *_HARMLESS))
# Keys that hold an action to resources although "*" is written.
_KEYS = frozenset(
    {
        "cloudwatch:namespace",
        "ecs:cluster",
        "ecs:service",
        "iam:policyarn",
        "kms:resourcealiases",
        "kms:viaservice",
        "s3:dataaccesspointarn",
    }
)
_TAGS = (
    "aws:resourcetag/",
    "ecr:resourcetag/",
    "ecs:resourcetag/",
    "iam:resourcetag/",
    "kms:encryptioncontext:",
    "s3:resourcetag/",
    "sagemaker:resourcetag/",
    "secretsmanager:resourcetag/",
    "ssm:resourcetag/",
)


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Only policies of identities: in a resource's own policy, "*" is that resource."""
    if not allows(statement) or statement.scope != "identity":
        return
    where = everywhere(statement)
    if where is None:
        return
    actions = [said.value for said in statement.actions if not _may_be_everywhere(said.value.strip())]
    if actions and not narrowed_by(statement, _KEYS, _TAGS):
        named = ", ".join(actions[:3]) + (f" and {len(actions) - 3} more" if len(actions) > 3 else "")
        yield Problem(where.path, f"{named} allowed on every resource", evidence=",".join(sorted(actions)))


def _may_be_everywhere(action: str) -> bool:
    # `s3:*` on "*" is wildcard-action's; saying it twice helps nobody.
    if is_whole_service(action) or _METADATA.match(action):
        return True
    return any(quiet.fullmatch(action) for quiet in _QUIET)


RULE = Rule(
    id="wildcard-resource",
    level=Level.MEDIUM,
    summary="An action that takes a resource is allowed on all resources.",
    why="The model reaches the buckets, queues, secrets and tasks of every other model in the account.",
    fix="Name the ARNs, or narrow the statement by a condition on the resource's tags.",
    subject=Statement,
    check=check,
    source="Service Authorization Reference: Actions, resources, and condition keys",
)
