"""NPY bodies: one array, never a pickle, and never larger than the bytes that were sent."""

from __future__ import annotations

import importlib.util
import io
import math
import re
from typing import TYPE_CHECKING, Any

from modelyard_server.errors import RequestError

if TYPE_CHECKING:
    import numpy

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 4096
"""Bytes. NumPy pads a header to 128; a long one only makes its parser work."""
_MAX_DIMENSIONS = 32
# The header is a Python literal, which NumPy evaluates, raising whatever comes. Arrays need no more.
_FIELD = re.compile(
    r"'(descr)'\s*:\s*'([<>|=]?[biufcSUmM]\d{1,6}(?:\[\w{1,8}\])?)'"
    r"|'(fortran_order)'\s*:\s*(True|False)"
    r"|'(shape)'\s*:\s*\(((?:\d{1,18}\s*,\s*)*(?:\d{1,18}\s*)?)\)"
)
# One way only to read a run of blanks: with two, a header that fails in its last character takes years.
_HEADER = re.compile(rf"\{{\s*(?:(?:{_FIELD.pattern})\s*(?:,\s*)?){{3}}\}}\s*")


def available() -> bool:
    """Whether NumPy is installed. It is an optional dependency of the server."""
    return importlib.util.find_spec("numpy") is not None


def decode(body: bytes) -> numpy.ndarray[Any, Any]:
    """The array of an NPY file (format 1.0 or 2.0), writable.

    Raises:
        RequestError: 400, if it is not one, holds Python objects, or claims another size than it has. The
            claim is checked before anything is allocated: a header of 100 bytes can claim a petabyte.
    """
    from numpy import frombuffer

    shape, fortran, dtype, offset = _header(body)
    if (
        dtype.itemsize == 0
        or len(shape) > _MAX_DIMENSIONS
        or math.prod(shape) * dtype.itemsize != len(body) - offset
    ):
        raise RequestError(400, "the NPY body's size is not the size its header claims")
    flat = frombuffer(body, dtype=dtype, count=math.prod(shape), offset=offset)
    return flat.reshape(shape, order="F" if fortran else "C").copy(order="K")


def encode(value: object) -> bytes:
    """An NPY file of `value`, anything that NumPy makes an array of without Python objects.

    Raises:
        TypeError: if the array would hold Python objects.
    """
    import numpy

    array = numpy.asarray(value)
    if array.dtype.hasobject:
        raise TypeError("the prediction is no array of numbers")
    buffer = io.BytesIO()
    numpy.lib.format.write_array(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _header(body: bytes) -> tuple[tuple[int, ...], bool, numpy.dtype[Any], int]:
    """Shape, Fortran order, dtype, and where the data begins."""
    from numpy import dtype

    width = {b"\x01\x00": 2, b"\x02\x00": 4}.get(body[6:8])
    if body[:6] != _MAGIC or width is None:
        raise RequestError(400, "the body is not an NPY file of format 1.0 or 2.0")
    length = int.from_bytes(body[8 : 8 + width], "little")
    end = 8 + width + length
    if length > _MAX_HEADER or end > len(body):
        raise RequestError(400, "the NPY body's header is too long or cut short")
    text = body[8 + width : end].decode("latin-1")
    fields: dict[str, str] = {}
    if _HEADER.fullmatch(text):
        for found in _FIELD.finditer(text):
            name, value = [group for group in found.groups() if group is not None]
            fields[name] = value
    if len(fields) != 3:
        raise RequestError(400, "the NPY body's header is not that of an array of plain numbers or texts")
    shape = tuple(int(extent) for extent in fields["shape"].split(",") if extent.strip())
    try:
        kind = dtype(fields["descr"])
    except TypeError as error:
        raise RequestError(400, "the NPY body's header names no dtype") from error
    return shape, fields["fortran_order"] == "True", kind, end
