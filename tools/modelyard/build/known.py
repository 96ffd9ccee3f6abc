"""Asking a registry whether an image was built before: its tag is a hash of all that it is built from."""

from __future__ import annotations

from collections.abc import Callable

from modelyard.engines.api import EngineError


def tag_lookup() -> Callable[[str], str]:
    """A question for a tag: the digest that a registry has under it, and "" where it has none.

    The question raises EngineError where the registry does not answer: then nothing could be pushed either.
    """
    from modelyard.oci import NotFound, RegistryError
    from modelyard.oci.client import Registry
    from modelyard.oci.reference import Reference

    registry = Registry()

    def known(tag: str) -> str:
        try:
            return registry.resolve(Reference.parse(tag))
        except NotFound:
            return ""
        except RegistryError as error:
            raise EngineError(f"{tag} cannot be looked up: {error}") from error

    return known
