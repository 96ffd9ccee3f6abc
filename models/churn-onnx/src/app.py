"""The WSGI application that gunicorn serves: `gunicorn --config /app/gunicorn_conf.py app:app`.

It is created when a worker imports this module, so the model is loaded before the first request is taken.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NoReturn

from churn import ChurnModel, Rejected
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

MAX_BODY_BYTES = 512 * 1024


def create_app(model: ChurnModel) -> Flask:
    """The two paths of the SageMaker container contract."""
    app = Flask("churn", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.get("/ping")
    def ping() -> Response:
        return Response(status=200)

    @app.post("/invocations")
    def invocations() -> Response:
        return jsonify({"predictions": model.predict(read_json(request.get_data()))})

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


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


app = create_app(ChurnModel(Path(os.environ.get("MODEL_DIR", "/opt/ml/model"))))
