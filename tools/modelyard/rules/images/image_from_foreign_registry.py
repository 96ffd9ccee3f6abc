"""A container whose image is neither ours nor approved."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import base_of, known, own_registry, repository_of
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Looks at what containers run: the environment's own registry, or a digest of the catalogue, is well."""
    reference = known(use)
    if use.is_base or not reference or base_of(use, context) is not None:
        return
    if own_registry(use, reference, context):
        return
    host = repository_of(reference).partition("/")[0]
    message = f"{reference} comes from {host}, which is not this environment's registry"
    yield Problem(use.path, message, evidence=reference)


RULE = Rule(
    id="image-from-foreign-registry",
    level=Level.HIGH,
    summary="A container runs an image that is neither from the environment's registry nor in the catalogue.",
    why="It was built, scanned and kept by somebody else, who can also take it away.",
    fix=(
        "Push it to the environment's registry through the build, or have it added to "
        "Dockerfiles/base-images.yaml."
    ),
    subject=ImageUse,
    check=check,
    source="NIST SP 800-190, 4.1.5 Use of untrusted images",
)
