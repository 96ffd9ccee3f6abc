"""Files by location: a local path or an `s3://bucket/key`, read and replaced as a whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class StorageError(Exception):
    """A location cannot be read or written."""


def read(location: str) -> bytes:
    """The bytes at a location; raises StorageError, also when there is nothing."""
    data = read_if_there(location)
    if data is None:
        raise StorageError(f"{location} does not exist")
    return data


def read_if_there(location: str) -> bytes | None:
    """The bytes at a location, or None when there is nothing."""
    if not location.startswith("s3://"):
        try:
            return Path(location).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{location}: {error.strerror}") from error
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, key = _split(location)
    try:
        return bytes(_client().get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return None
        raise StorageError(f"{location}: {error}") from error
    except BotoCoreError as error:
        raise StorageError(f"{location}: {error}") from error


def write(location: str, data: bytes) -> None:
    """Replace the file: a reader sees the old bytes or the new ones, never a part. Raises StorageError."""
    if not location.startswith("s3://"):
        _write_file(Path(location), data)
        return
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, key = _split(location)
    try:
        _client().put_object(Bucket=bucket, Key=key, Body=data)
    except (BotoCoreError, ClientError) as error:
        raise StorageError(f"{location}: {error}") from error


def _write_file(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide the output from the next job
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _client() -> Any:
    import boto3

    return boto3.client("s3")


def _split(location: str) -> tuple[str, str]:
    parts = urlsplit(location, allow_fragments=False)
    if not parts.netloc or not parts.path.strip("/"):
        raise StorageError(f"not an s3://bucket/key: {location}")
    return parts.netloc, parts.path.lstrip("/")
