"""Bodies to Python values and back, for models that do not bring an `input_fn` or `output_fn` of their own.

| media type | in | out |
|---|---|---|
| application/json | what the JSON says | the prediction; arrays become lists, NaN and infinity become null |
| text/csv | rows of numbers, of texts where a cell is none | one line per row |
| application/x-npy | an array | an array |
| text/plain | str | str |
| application/octet-stream | bytes | bytes |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

import orjson

from modelyard_server import npy
from modelyard_server.errors import RequestError
from modelyard_server.media import CSV, JSON, NPY, OCTETS, TEXT

_AS_TEXT = frozenset({JSON, CSV})
"""What SageMaker's inference toolkit hands to an `input_fn` as str; all else is bytes."""
_TEXTS = frozenset({JSON, CSV, TEXT})
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})
_BOM = "\ufeff".encode()
"""Excel begins its CSV with it; the first number would be read as a text."""
_NO_ROWS = (Mapping, Set, bytes, bytearray, memoryview)
"""What can be gone through too, but would come out as keys without values, or as numbers of bytes."""
_JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def supported() -> tuple[str, ...]:
    """The media types that can be read and written here; NPY only where NumPy is installed."""
    return (JSON, CSV, *((NPY,) if npy.available() else ()), TEXT, OCTETS)


def as_handed_over(body: bytes, media: str) -> bytes | str:
    """The body as a model's own `input_fn` gets it: str for JSON and CSV, as in SageMaker's toolkit, else
    bytes.

    Raises:
        RequestError: 400, if it is not UTF-8.
    """
    return _text(body) if media in _AS_TEXT else body


def decode(body: bytes, media: str) -> object:
    """The value of a body.

    Raises:
        RequestError: 400 for a body that is not of its type, 415 for a type that is not known here.
    """
    reader = _READERS.get(media)
    if reader is None:
        raise RequestError(415, f"this model reads {', '.join(supported())}")
    return reader(body)


def encode(value: object, media: str) -> bytes:
    """The body of a prediction.

    Raises:
        TypeError, ValueError: if a value of this kind cannot be written as this media type.
        LookupError: if this media type is none of those above.
    """
    writer = _WRITERS.get(media)
    if writer is None:
        raise LookupError(f"nothing here writes {media}; an output_fn can")
    return writer(value)


def require_utf8(media: str, charset: str) -> None:
    """Refuse a charset other than UTF-8 before anything is misread.

    Raises:
        RequestError: 415.
    """
    if charset not in _CHARSETS and media in _TEXTS:
        raise RequestError(415, "text must be UTF-8")


def _read_json(body: bytes) -> object:
    try:
        return orjson.loads(body)  # refuses NaN, bad UTF-8 and more than 1024 levels
    except orjson.JSONDecodeError as error:
        raise RequestError(
            400, f"the body is not valid JSON (line {error.lineno}, column {error.colno})"
        ) from error


def _read_csv(body: bytes) -> list[list[float | str]]:
    try:
        # strict: a stray quote would otherwise swallow the rest of the body into one cell
        rows = list(csv.reader(io.StringIO(_text(body.removeprefix(_BOM)), newline=""), strict=True))
    except csv.Error as error:
        raise RequestError(400, f"the body is not valid CSV: {error}") from error
    return [[_cell(cell) for cell in row] for row in rows if row]


def _cell(text: str) -> float | str:
    try:
        return text if "_" in text else float(text)  # Python reads 1_000 as a number, and nobody else does
    except ValueError:
        return text


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, "the body is not UTF-8") from error


def _write_json(value: object) -> bytes:
    return orjson.dumps(value, default=_plain, option=_JSON_OPTIONS)


def _plain(value: Any) -> object:
    """Arrays that orjson does not read itself (strided, float16, torch): whatever knows `tolist`."""
    to_list = getattr(value, "tolist", None)
    if to_list is None:
        raise TypeError(f"a {type(value).__name__} cannot be written as JSON")
    return to_list()


def _write_csv(value: object) -> bytes:
    rows = _plain(value) if hasattr(value, "tolist") else value
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        rows = [rows]
    elif isinstance(rows, _NO_ROWS):
        raise TypeError(f"a {type(value).__name__} cannot be written as CSV: it has no rows")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        cells = _plain(row) if hasattr(row, "tolist") else row
        if isinstance(cells, _NO_ROWS):
            raise TypeError(f"a {type(row).__name__} cannot be written as a row of CSV")
        writer.writerow(cells if isinstance(cells, list | tuple) else [cells])
    return buffer.getvalue().encode("utf-8")


def _write_text(value: object) -> bytes:
    return str(value).encode("utf-8")


def _write_octets(value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise TypeError(f"a {type(value).__name__} cannot be written as {OCTETS}: the prediction must be bytes")


_READERS: dict[str, Callable[[bytes], object]] = {
    JSON: _read_json,
    CSV: _read_csv,
    TEXT: _text,
    OCTETS: bytes,
}
_WRITERS: dict[str, Callable[[object], bytes]] = {
    JSON: _write_json,
    CSV: _write_csv,
    TEXT: _write_text,
    OCTETS: _write_octets,
}
if npy.available():
    _READERS[NPY] = npy.decode
    _WRITERS[NPY] = npy.encode
