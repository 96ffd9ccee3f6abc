"""Serves models over HTTP as SageMaker's container contract says, on any engine that runs a container.

What a handler module may import is here: `RequestError`, which answers a request with a status and a message
of the handler's own, and `Context`, which a handler function is given when it takes one more parameter.
"""

from __future__ import annotations

from modelyard_server.context import Context
from modelyard_server.errors import RequestError

__all__ = ["Context", "RequestError", "__version__"]

__version__ = "0.1.0"
