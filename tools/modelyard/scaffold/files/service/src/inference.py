"""Answers POST /invocations. Replace `predict` with the model."""

from __future__ import annotations

from typing import Any

from serving import Rejected, serve


def predict(instances: list[list[float]]) -> list[float]:
    """One number for each row: here, its sum."""
    return [sum(row) for row in instances]


def answer(path: str, body: Any) -> object:
    """Takes `{"instances": [[1.0, 2.0]]}`."""
    if path != "/invocations":
        raise Rejected(404, "POST /invocations")
    return {"predictions": predict(body["instances"])}


if __name__ == "__main__":
    serve(answer)
