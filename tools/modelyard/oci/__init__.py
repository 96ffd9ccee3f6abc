"""Reading from container registries: references, credentials, and a client that believes only digests.

``Registry`` reads manifests, configurations and blobs from any registry, within bounds of time and size, and
raises a ``RegistryError`` of the type that says who must do something. Nothing here writes, and nothing is
kept. The client's modules are imported when they are asked for: most commands ask no registry.
"""

from modelyard.oci.errors import (
    Lied,
    Malformed,
    NotFound,
    RateLimited,
    RegistryError,
    TimedOut,
    TooLarge,
    Unauthorized,
    Unavailable,
)

__all__ = [
    "Lied",
    "Malformed",
    "NotFound",
    "RateLimited",
    "RegistryError",
    "TimedOut",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
]
