"""As much of a bbolt file as tells whether it is whole, and the names of its buckets.

trivy's database is one. Format: https://github.com/etcd-io/bbolt, page.go, meta.go and inode.go.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

_MAGIC, _VERSION = 0xED0CDAED, 2
_BRANCH, _LEAF = 0x01, 0x02
_BUCKET = 0x01  # flag of an element whose value is a bucket
_HEADER = struct.Struct("<QHHI")  # page: id, flags, count, further pages that belong to it
_META = struct.Struct(
    "<IIIIQQQQQQ"
)  # magic, version, page size, flags, root, sequence, freelist, end, tx, sum
_ELEMENT = struct.Struct("<IIII")  # leaf: flags, place, key size, value size
_CHILD = struct.Struct("<IIQ")  # branch: place, key size, page
_PAGE_SIZES = (4096, 8192, 16384, 32768, 65536)
_LARGEST_PAGE = 64 * 2**20  # bytes, with its further pages
_MOST_PAGES = 100_000


class Broken(Exception):
    """The file is not a whole bbolt file."""


def bucket_names(path: Path) -> frozenset[str]:
    """The names of the buckets at the top. Raises Broken, and OSError."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        page_size, root, end = _meta(file, size)
        if end * page_size > size:
            raise Broken(f"it is cut off: {size} bytes of {end * page_size}")
        names: set[str] = set()
        todo, seen = [root], 0
        while todo:
            seen += 1
            page = todo.pop()
            if seen > _MOST_PAGES or not 2 <= page < end:
                raise Broken("its pages lead nowhere")
            todo += _read_page(file, page, page_size, names)
    return frozenset(names)


def _meta(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Page size, root page and number of pages, of the newer of the two that are right."""
    found = []
    for page_size in (0, *_PAGE_SIZES):  # the first page says the size that the second one has
        file.seek(page_size)
        data = file.read(_HEADER.size + _META.size)
        if len(data) < _HEADER.size + _META.size:
            continue
        magic, version, said, _, root, _, _, end, transaction, checksum = _META.unpack_from(
            data, _HEADER.size
        )
        right = checksum == _fnv1a(data[_HEADER.size : -8]) and said in _PAGE_SIZES
        if magic == _MAGIC and version == _VERSION and right and page_size in (0, said):
            found.append((transaction, said, root, end))
    if not found:
        raise Broken("it is no database")
    _, page_size, root, end = max(found)
    return page_size, root, end


def _read_page(file: BinaryIO, page: int, page_size: int, names: set[str]) -> list[int]:
    """Adds the buckets of a leaf to ``names``; gives the pages below a branch."""
    file.seek(page * page_size)
    data = file.read(page_size)
    try:
        number, flags, count, further = _HEADER.unpack_from(data)
        total = (further + 1) * page_size
        if number != page or flags not in (_BRANCH, _LEAF) or total > _LARGEST_PAGE:
            raise Broken("a page of it is not what it should be")
        data += file.read(total - page_size)
        places = range(_HEADER.size, _HEADER.size + 16 * count, 16)
        if flags == _BRANCH:
            return [_CHILD.unpack_from(data, at)[2] for at in places]
        for at in places:
            kind, place, length, _ = _ELEMENT.unpack_from(data, at)
            if kind & _BUCKET:
                names.add(data[at + place : at + place + length].decode("utf-8", "replace"))
    except struct.error as error:
        raise Broken("a page of it is cut off") from error
    return []


def _fnv1a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
