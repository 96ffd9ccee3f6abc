"""The request that a manifest gives as a sample, and the schema of what must come back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.load import layout
from modelyard.running.errors import CannotRun
from modelyard.spec.container import Serve

# What SageMaker's own clients send for these formats; anything else is bytes.
CONTENT_TYPES = {
    ".csv": "text/csv",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".libsvm": "text/libsvm",
    ".ndjson": "application/jsonlines",
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".parquet": "application/x-parquet",
    ".png": "image/png",
    ".txt": "text/plain",
    ".wav": "audio/wav",
}


@dataclass(frozen=True)
class Sample:
    """``path`` is that of the request in the repository; ``schema`` None: any answer will do."""

    path: str
    body: bytes
    content_type: str
    schema: Any | None
    schema_path: str


def content_type(path: str) -> str:
    """By the file's extension."""
    return CONTENT_TYPES.get(Path(path).suffix.lower(), "application/octet-stream")


def read_sample(root: Path, model: str, serve: Serve) -> Sample | None:
    """None where the manifest names no sample; raises CannotRun where it cannot be read."""
    if serve.sample is None:
        return None
    path = f"{layout.MODELS}/{model}/{serve.sample}"
    body = _read(root, path, "serve.sample")
    schema, schema_path = None, ""
    if serve.response is not None:
        schema_path = f"{layout.MODELS}/{model}/{serve.response}"
        try:
            schema = json.loads(_read(root, schema_path, "serve.response"))
        except ValueError as error:
            raise CannotRun(f"{schema_path} is not JSON: {error}", "write a JSON Schema there") from error
    return Sample(path, body, content_type(path), schema, schema_path)


def _read(root: Path, path: str, field: str) -> bytes:
    try:
        return (root / path).read_bytes()
    except OSError as error:
        hint = f"the manifest names it under {field}"
        raise CannotRun(f"{path} cannot be read: {error.strerror}", hint) from error
