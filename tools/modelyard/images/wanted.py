"""What was asked for: an image of a registry by its digest, or an archive of one."""

from __future__ import annotations

from pathlib import Path

from modelyard.errors import UsageError
from modelyard.images.image import Image
from modelyard.oci.reference import Reference
from modelyard.values import MalformedError


def images_of(wanted: Reference | Path) -> tuple[Image, ...]:
    """The images that are meant. Raises Unreadable where they cannot be read."""
    if isinstance(wanted, Path):
        from modelyard.images import archive

        return archive.images_of(wanted)
    from modelyard.images import remote

    return remote.images_of(wanted)


def parse(text: str) -> Reference | Path:
    """A reference with a digest, or the path of something that is there. Raises UsageError.

    ``./`` in front says that a path is meant.
    """
    if not text:
        raise UsageError("--image takes a reference with a digest, or the path of an archive")
    path = Path(text)
    if "@" not in text and (path.exists() or text.startswith(("/", "./", "../"))):
        if not path.exists():
            raise UsageError(f"--image {text}: there is no such file or folder")
        return path.resolve()
    try:
        reference = Reference.parse(text)
    except MalformedError as error:
        raise UsageError(f"--image: {error}; or give the path of an archive") from error
    if not reference.digest:
        raise UsageError(
            f"--image {text}: a tag can be moved to another image, so give the digest: {_how(reference)}"
        )
    return reference


def name_of(wanted: Reference | Path) -> str:
    """What reports call it."""
    return wanted.name if isinstance(wanted, Path) else wanted.repository


def _how(reference: Reference) -> str:
    command = f"`docker buildx imagetools inspect {reference.repository}:{reference.tag}` prints it"
    return f"{reference.repository}@sha256:…; {command}"
