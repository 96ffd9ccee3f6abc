"""A base image that the platform team has not approved."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import base_of, digest_of, known, repository_of
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Looks at FROM and COPY --from. What counts is the digest: names and tags say nothing of the bytes.

    An approved repository by a tag is left to image-not-by-digest: one mend serves both.
    """
    reference = known(use)
    if not use.is_base or not reference or base_of(use, context) is not None:
        return
    repository = repository_of(reference)
    approved = sorted(one.key for one in context.bases.values() if one.repository == repository)
    if approved and not digest_of(reference):
        return
    hint = f"Approved of this repository: {', '.join(approved)}." if approved else ""
    yield Problem(use.path, f"the base image {reference} is not in the catalogue", reference, hint)


RULE = Rule(
    id="base-not-in-catalogue",
    level=Level.HIGH,
    summary="A base image is not one of the approved ones.",
    why=(
        "Nobody follows its updates, its age and the end of its support; all of it becomes part of the image."
    ),
    fix="Take an image of Dockerfiles/base-images.yaml, or ask the platform team to add this one.",
    subject=ImageUse,
    check=check,
    source="NIST SP 800-190, 4.1.5 Use of untrusted images",
)
