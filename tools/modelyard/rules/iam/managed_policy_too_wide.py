"""A role with one of AWS's own policies that allow nearly everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Whole

_HOLDERS = frozenset({"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"})
# AdministratorAccess-Amplify and -AWSElasticBeanstalk are narrower, and still more than any model needs.
_WIDE = re.compile(
    r":iam::aws:policy/(?:[\w-]+/)*(AdministratorAccess\b[\w-]*|PowerUserAccess|\w*FullAccess)$"
)


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Of templates: each ARN among the ManagedPolicyArns that ends in FullAccess or is an administrator's."""
    data = whole.document.data
    resources = data.get("Resources") if isinstance(data, Mapping) else None
    if whole.document.kind != "cloudformation" or not isinstance(resources, Mapping):
        return
    for name, resource in resources.items():
        if not isinstance(resource, Mapping) or str(resource.get("Type")) not in _HOLDERS:
            continue
        properties = resource.get("Properties")
        arns = properties.get("ManagedPolicyArns") if isinstance(properties, Mapping) else None
        path: Path = ("Resources", name, "Properties", "ManagedPolicyArns")
        for index, arn in enumerate(arns if isinstance(arns, list) else ()):
            match = _WIDE.search(_text(arn))
            if match:
                policy = match.group(1)
                yield Problem(
                    (*path, index), f"{name} has the managed policy {policy}", evidence=f"{name} {policy}"
                )


def _text(arn: Any) -> str:
    """As text: the partition is often left to Fn::Sub."""
    if isinstance(arn, Mapping):
        arn = arn.get("Fn::Sub")
    return arn if isinstance(arn, str) else ""


RULE = Rule(
    id="managed-policy-too-wide",
    level=Level.HIGH,
    summary="A role has a managed policy of AWS that allows a whole service, or nearly all of AWS.",
    why="It is a wildcard that stands in no file here, and AWS adds to it: the model can change or delete "
    "what belongs to others.",
    fix="Write the actions and resources that are needed, as `permissions` in the manifest does.",
    subject=Whole,
    check=check,
    source="AWS Managed Policy Reference: AdministratorAccess, PowerUserAccess and the FullAccess policies",
)
