"""The two policies of a repository: which images are kept, and which other accounts pull them."""

from __future__ import annotations

import json
from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.targets.ecr.settings import EcrPlatform

# The tag of an image that was built from a commit: the beginning of `in-<hash of the build's inputs>`.
BUILD_TAG = "in-"
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def lifecycle(platform: EcrPlatform) -> str:
    """The lifecycle policy as the JSON text that the API takes, at least 100 characters of it.

    Tagged images go by number and not by age: a model that nobody changes runs an old image, and must
    still find it when a task is replaced. An image that a rule selects by its tags is safe from rules of
    lower priority: a release outlives the builds, although it has a build's tag too.
    Grammar: docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html.
    """
    rules = [
        _tagged(1, "What environments run or go back to", platform.release_tag, platform.keep_releases),
        _tagged(2, "Builds that were not released", BUILD_TAG, platform.keep_builds),
        _untagged(3, platform.untagged_days),
    ]
    return json.dumps({"rules": rules}, indent=2) + "\n"


def _tagged(priority: int, description: str, tag: str, kept: int) -> dict[str, Any]:
    selection = {
        "tagStatus": "tagged",
        "tagPrefixList": [tag],
        "countType": "imageCountMoreThan",
        "countNumber": kept,
    }
    return _expire(priority, description, selection)


def _untagged(priority: int, days: int) -> dict[str, Any]:
    selection = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": days,
    }
    return _expire(priority, "What lost its tag or never had one", selection)


def _expire(priority: int, description: str, selection: dict[str, Any]) -> dict[str, Any]:
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": {"type": "expire"},
    }


def pull(workload: Workload) -> dict[str, Any] | None:
    """The repository's policy: other accounts may pull, and nothing else. None where there is no other.

    The owner's own roles need no entry here: their policies are enough within the account.
    """
    place = workload.place
    others = [account for account in workload.pull_accounts if account != place.account]
    if not others:
        return None
    principals = [f"arn:{place.partition}:iam::{account}:root" for account in others]
    statement = {
        "Sid": "PullFromOtherAccounts",
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": _PULL,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
