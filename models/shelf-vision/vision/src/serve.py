"""Serve the label reader: `python /app/serve.py`, the GPU half of shelf-vision."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import uvicorn
from reader import Reader, Rejected, Unusable, parse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

MAX_BODY_BYTES = 1024 * 1024


def create_app(reader: Reader) -> Starlette:
    """The two paths of the SageMaker container contract."""

    async def ping(request: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        images = parse(read_json(await read_body(request)))
        predictions = await run_in_threadpool(reader.run, images)  # a long batch must not hold up /ping
        return JSONResponse({"predictions": predictions, "device": reader.device})

    return Starlette(
        routes=[Route("/ping", ping), Route("/invocations", invocations, methods=["POST"])],
        exception_handlers={Rejected: rejected, HTTPException: refused},
    )


async def read_body(request: Request) -> bytes:
    """The body, read no further than the limit."""
    too_large = HTTPException(413, f"the body is limited to {MAX_BODY_BYTES} bytes")
    if int(request.headers.get("Content-Length", 0)) > MAX_BODY_BYTES:  # h11 has checked that it is a number
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise too_large
    return bytes(body)


def read_json(body: bytes) -> object:
    """Strict JSON: NaN and Infinity are refused, as is nesting that would exhaust the stack."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not valid JSON") from error


async def rejected(request: Request, error: Exception) -> Response:
    """A request that the model cannot answer."""
    return JSONResponse({"error": str(error)}, 400)


async def refused(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (404, 405, 413), as JSON."""
    if not isinstance(error, HTTPException):  # as Starlette registers it, never
        raise error
    return JSONResponse({"error": error.detail}, error.status_code)


def main() -> None:
    """Load the network, then listen; serve until SIGTERM."""
    # uvicorn drains, then raises the signal again: without this handler the exit code would be 143.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    path = Path(os.environ.get("MODEL_DIR", "/opt/ml/model")) / "digits.onnx"
    try:
        reader = Reader(path, os.environ.get("DEVICE", "cuda"))
    except Unusable as error:
        sys.exit(f"cannot start: {error}")
    # Containers of one task or endpoint share a network: SageMaker assigns the port, elsewhere PORT does.
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT") or os.environ.get("PORT", "8080"))
    uvicorn.run(
        create_app(reader),
        host="0.0.0.0",  # noqa: S104 - the container is the boundary
        port=port,
        server_header=False,
        timeout_graceful_shutdown=20,
        log_level=os.environ.get("LOG_LEVEL", "info"),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


if __name__ == "__main__":
    main()
