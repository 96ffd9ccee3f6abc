"""Where the weights come from: a mounted file, or S3. Either way they are checked before they are used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_DIR = "/opt/ml/model"
FILE = "model.json"
MAX_BYTES = 1024 * 1024


class Unusable(Exception):
    """The weights are missing, too large, altered, or not what this code reads."""


def read_weights(env: Mapping[str, str]) -> bytes:
    """The bytes of the model file.

    `MODEL_S3_URI` is fetched with boto3 when set; it then needs `MODEL_SHA256`, because a bucket is not
    part of the review. Otherwise `$MODEL_DIR/model.json` is read, and compared with `MODEL_SHA256` if given.
    """
    expected = env.get("MODEL_SHA256")
    uri = env.get("MODEL_S3_URI")
    if uri and not expected:
        raise Unusable("MODEL_S3_URI needs MODEL_SHA256")
    data = _fetch(uri) if uri else _read(Path(env.get("MODEL_DIR", DEFAULT_DIR)) / FILE)
    if len(data) > MAX_BYTES:
        raise Unusable(f"the model is larger than {MAX_BYTES} bytes")
    actual = hashlib.sha256(data).hexdigest()
    if expected and actual != expected.lower():
        raise Unusable(f"sha256 is {actual}, expected {expected}")
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from error


def _fetch(uri: str) -> bytes:
    # Imported here: it costs half a second that a container with mounted weights need not pay.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
        raise Unusable(f"not an s3://bucket/key: {uri}")
    try:
        answer = boto3.client("s3").get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
        return bytes(answer["Body"].read(MAX_BYTES + 1))
    except (BotoCoreError, ClientError) as error:
        raise Unusable(f"{uri}: {error}") from error
