"""Container engines: finding one, and having it build images and run containers.

``find_engine`` looks for `docker buildx`, `podman` and `buildah`, in this order. What each can do is in
``api``; nothing outside this package starts an engine's program. Builds are made so that the same source
gives the same bytes; ``store`` and ``docker`` say how, and where an engine cannot.
"""

from modelyard.engines.api import BuildRequest, Built, Engine, EngineError, OutOfSpace, Stopped
from modelyard.engines.find import NoEngine, find_engine

__all__ = [
    "BuildRequest",
    "Built",
    "Engine",
    "EngineError",
    "NoEngine",
    "OutOfSpace",
    "Stopped",
    "find_engine",
]
