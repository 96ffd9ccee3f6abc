"""What an environment may say of Amazon ECR, in the region that its registry is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.resolve.workload import Workload
from modelyard.spec.field import Range, Spec, Text, field
from modelyard.values import Arn

TARGET = "ecr"
Kept = Annotated[int, Range(1, 10_000, "images")]


@dataclass(frozen=True, kw_only=True)
class EcrSettings(Spec):
    """A model has nothing to say of its repository: the platform team decides."""


@dataclass(frozen=True, kw_only=True)
class EcrPlatform(Spec):
    """How repositories are kept, under ``platforms.ecr`` of the region that the registry is in."""

    kms_key: Arn | None = field(
        "The KMS key that images are encrypted with, where AES-256 with keys of ECR's own is not enough. It "
        "cannot be changed later.",
        default=None,
        examples=("arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-0c2d-0e3f-0a1b2c3d4e5f",),
    )
    scan: Literal["push", "registry"] = field(
        "push: each repository scans on push. registry: the registry's own configuration decides. It wins "
        "where it exists, and AWS is moving everybody to it.",
        default="push",
    )
    release_tag: Annotated[
        str,
        # A build's tag, in-..., must never look like a release's.
        Text(
            "the beginning of a tag",
            r"(?!i$|in$|in-)[A-Za-z0-9_][A-Za-z0-9._-]*",
            1,
            64,
            "release-, but not in-",
        ),
    ] = field("What the tags of released images begin with.", default="release-")
    keep_releases: Kept = field("How many released images are kept.", default=100)
    keep_builds: Kept = field("How many images are kept that were built and not released.", default=50)
    untagged_days: Annotated[int, Range(1, 3650, "days")] = field(
        "After how many days an image without a tag goes.", default=14
    )


def platform(workload: Workload) -> EcrPlatform:
    """The environment's."""
    found = workload.platform(TARGET)
    assert isinstance(found, EcrPlatform)
    return found
