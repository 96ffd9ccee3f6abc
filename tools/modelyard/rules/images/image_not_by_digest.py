"""An image by its tag.

One kind of tag is let through: ``in-<16 hexadecimal digits>`` in the environment's own registry, where the
environment runs the main branch. It is made from everything that goes into the image, the registry
refuses to move it, and the digest does not exist before the build. What customers use has a release, and
a release has digests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import digest_of, known, own_registry, tag_of
from modelyard.subjects.facts import ImageUse

_CONTENT_TAG = re.compile(r"in-[0-9a-f]{16}", re.ASCII)


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Speaks of references without a digest that registries compute: 64 hexadecimal digits of SHA-256."""
    reference = known(use)
    if not reference or digest_of(reference) or _by_content(use, reference, context):
        return
    if "@" in reference:
        said = "its digest is not one"
    elif tag_of(reference):
        said = "its tag can be moved to another image"
    else:
        said = "without tag and digest it is whatever is latest"
    yield Problem(use.path, f"the image {reference} is not pinned: {said}", evidence=reference)


def _by_content(use: ImageUse, reference: str, context: Context) -> bool:
    if use.is_base or _CONTENT_TAG.fullmatch(tag_of(reference)) is None:
        return False
    here = context.environment(use.document.place)
    return here is not None and here.tracks_head and own_registry(use, reference, context)


RULE = Rule(
    id="image-not-by-digest",
    level=Level.HIGH,
    summary="An image is named by a tag, not by its digest.",
    why=(
        "Whoever can push to the registry decides what runs: a tag moves without a commit and without "
        "a review."
    ),
    fix="Write repository@sha256:..., as `docker buildx imagetools inspect` prints it.",
    subject=ImageUse,
    check=check,
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)
