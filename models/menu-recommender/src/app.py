"""Serve many menus from one process: `python /app/app.py`.

`POST /invocations` routes by the header `X-Amzn-SageMaker-Target-Model`, or by `store` in the body, which is
how callers on ECS and EKS name a store. On SageMaker the platform speaks the multi-model API below `/models`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import uvicorn
from menu import Rejected, Unusable
from shelf import AlreadyLoaded, Full, NotFound, Shelf
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

MAX_BODY_BYTES = 64 * 1024
TARGET = "X-Amzn-SageMaker-Target-Model"
STATUS: dict[type[Exception], int] = {
    Rejected: 400,
    NotFound: 404,
    AlreadyLoaded: 409,
    Unusable: 500,
    Full: 507,
}


def create_app(shelf: Shelf) -> Starlette:
    """The application over one shelf of models."""

    async def ping(request: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        document = await read_json(request)
        name = request.headers.get(TARGET) or (document.get("store") if isinstance(document, dict) else None)
        if not isinstance(name, str):
            raise Rejected(f"the header {TARGET}, or 'store' in the body, must name a store")
        return JSONResponse(shelf.get(name.removesuffix(".tar.gz")).recommend(document))

    async def invoke(request: Request) -> Response:
        return JSONResponse(shelf.get(request.path_params["name"]).recommend(await read_json(request)))

    async def load(request: Request) -> Response:
        order = await read_json(request)
        if not isinstance(order, dict) or not all(
            isinstance(order.get(k), str) for k in ("model_name", "url")
        ):
            raise Rejected("'model_name' and 'url' must be strings")
        shelf.load(order["model_name"], order["url"])
        return JSONResponse({"modelName": order["model_name"], "modelUrl": order["url"]})

    async def catalogue(request: Request) -> Response:
        return JSONResponse({"models": [describe(name, url) for name, url in shelf.loaded().items()]})

    async def show(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(describe(name, shelf.folder(name)))

    async def unload(request: Request) -> Response:
        shelf.unload(request.path_params["name"])
        return JSONResponse({})

    routes = [
        Route("/ping", ping),
        Route("/invocations", invocations, methods=["POST"]),
        Route("/models", catalogue),
        Route("/models", load, methods=["POST"]),
        Route("/models/{name}", show),
        Route("/models/{name}", unload, methods=["DELETE"]),
        Route("/models/{name}/invoke", invoke, methods=["POST"]),
    ]
    return Starlette(
        routes=routes, exception_handlers={HTTPException: refused, **dict.fromkeys(STATUS, failed)}
    )


def describe(name: str, url: str) -> dict[str, str]:
    """One entry of the catalogue, in the names of the multi-model API."""
    return {"modelName": name, "modelUrl": url}


async def read_json(request: Request) -> object:
    """The body as strict JSON, read no further than the limit."""
    too_large = HTTPException(413, f"the body is limited to {MAX_BODY_BYTES} bytes")
    if int(request.headers.get("Content-Length", 0)) > MAX_BODY_BYTES:  # h11 has checked that it is a number
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise too_large
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not valid JSON") from error


async def failed(request: Request, error: Exception) -> Response:
    """What went wrong, in the status that the multi-model API gives it."""
    text = f"no such model: {error.args[0]}" if isinstance(error, NotFound) else str(error)
    return JSONResponse({"error": text}, STATUS[type(error)])


async def refused(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (404, 405, 413), as JSON."""
    if not isinstance(error, HTTPException):  # as Starlette registers it, never
        raise error
    return JSONResponse({"error": error.detail}, error.status_code)


def main() -> None:
    """Serve until SIGTERM. Models are loaded on demand, so the server is ready at once."""
    # uvicorn drains, then raises the signal again: without this handler the exit code would be 143.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    root = Path(os.environ.get("MODELS_DIR", "/opt/ml/models"))
    if not root.is_dir():
        sys.exit(f"cannot start: {root} is not a folder")
    shelf = Shelf(root, int(os.environ.get("MAX_LOADED_MODELS", "8")))
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT") or os.environ.get("PORT", "8080"))
    uvicorn.run(
        create_app(shelf),
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
