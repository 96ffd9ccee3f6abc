"""Serve the fraud scorer with Flask on waitress: `python /app/server.py`."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import waitress
from cases import Cases
from flask import Flask, Response, jsonify, request
from history import History, open_history
from scoring import Rejected, Scorer, parse
from settings import Misconfigured, Settings
from telemetry import JsonLines, Tracing, open_tracing
from werkzeug.exceptions import HTTPException
from xgboost.core import XGBoostError

MAX_BODY_BYTES = 1024 * 1024
LOG = logging.getLogger("fraud")


def create_app(scorer: Scorer, history: History, cases: Cases, tracing: Tracing) -> Flask:
    """The two paths of the SageMaker container contract."""
    app = Flask("fraud-scorer", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.get("/ping")
    def ping() -> Response:
        return Response(status=200)

    @app.post("/invocations")
    def invocations() -> Response:
        transactions = parse(read_json(request.get_data()))
        with tracing.span("history"):
            activity, state = history.lookup(item.card for item in transactions)
        with tracing.span("score"):
            scores = scorer.score(transactions, activity)
        cases.open(scores)
        return jsonify({"scores": scores, "history": state})

    @app.errorhandler(Rejected)
    def rejected(error: Rejected) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), 400

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Response, int]:
        return jsonify({"error": error.name}), error.code or 500  # also what a crash becomes, logged by Flask

    return app


def read_json(body: bytes) -> object:
    """Strict JSON: NaN and Infinity are refused, as is nesting that would exhaust the stack."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not valid JSON") from error


def main() -> int:
    """Serve until SIGTERM, then finish what was begun. Returns the exit code."""
    signal.signal(signal.SIGTERM, _exit)  # waitress drains on SystemExit
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level="WARNING", handlers=[handler])
    try:
        settings = Settings.read(os.environ)
        LOG.setLevel(settings.log_level)  # ours only: at "debug" a driver may print what it sends
        scorer = Scorer(settings.model)
        cases = Cases(settings.cases_url, settings.api_token)
    except (Misconfigured, XGBoostError, ValueError) as error:
        LOG.error("cannot start: %s", str(error).splitlines()[0])
        return 1
    tracing = open_tracing(settings.otlp_endpoint)
    app = create_app(scorer, open_history(settings), cases, tracing)
    LOG.info("serving on port %d", settings.port)
    waitress.serve(
        app,
        host="0.0.0.0",  # noqa: S104 - the container is the boundary
        port=settings.port,
        threads=4,
        ident=None,
        max_request_body_size=MAX_BODY_BYTES,
        channel_timeout=30,
        _quiet=True,
    )
    cases.close()
    tracing.close()
    return 0


def _exit(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


if __name__ == "__main__":
    sys.exit(main())
