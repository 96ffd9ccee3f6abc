"""Answers POST /models/<name>/invoke for every model below /opt/ml/models."""

from __future__ import annotations

import json
import os
from pathlib import Path

from serving import Rejected, serve


def load() -> dict[str, object]:
    """Every model by its folder's name. Replace `json.loads` with what reads a model."""
    folder = Path(os.environ.get("MODELS", "/opt/ml/models"))
    return {path.parent.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*/*.json"))}


MODELS = load()


def answer(path: str, body: object) -> object:
    """Takes what the model takes."""
    parts = path.split("/")
    if len(parts) != 4 or parts[1] != "models" or parts[3] != "invoke" or parts[2] not in MODELS:
        raise Rejected(404, "POST /models/<name>/invoke")
    return {"model": parts[2], "received": body}


if __name__ == "__main__":
    serve(answer)
