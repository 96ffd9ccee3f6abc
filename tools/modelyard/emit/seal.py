"""The seal: how a generated file proves that nobody has edited it since.

It is the SHA-256 of the whole file, computed with zeros where its own 64 digits stand. It protects against
accidents and not against malice: whoever can run Modelyard can seal anything.
"""

from __future__ import annotations

import enum

MARK = "modelyard:sha256:"
SEAL = MARK + "0" * 64

_MARK = MARK.encode()
_ZEROS = b"0" * 64


class SealState(enum.Enum):
    """What a file's bytes say about who wrote them."""

    GENUINE = "genuine"
    BROKEN = "broken"  # a seal is there, but these are not the bytes that were sealed
    ABSENT = "absent"  # not generated, or not by Modelyard


def seal(text: bytes) -> bytes:
    """``text`` with its one ``SEAL`` filled in. Raises ValueError unless there is one, and no other mark."""
    start = text.find(_MARK)
    if start < 0:
        raise ValueError(f"there is no place for the seal: {SEAL} must stand in the text once")
    if text.find(_MARK, start + 1) >= 0:
        raise ValueError(f"{MARK} stands in the text more than once: only the seal itself may hold it")
    digits = start + len(_MARK)
    if text[digits : digits + 64] != _ZEROS:
        raise ValueError(f"{MARK} is not followed by 64 zeros, the place for the seal")
    return text[:digits] + _digest(text, digits) + text[digits + 64 :]


def check_seal(content: bytes) -> SealState:
    """Whether a file is as it was sealed. Any bytes will do; time is linear in their number.

    A second mark, cut or foreign digits and changed line ends are BROKEN; a file without any mark is
    ABSENT, also where an edit damaged the mark itself. Only GENUINE may be overwritten.
    """
    start = content.find(_MARK)
    if start < 0:
        return SealState.ABSENT
    digits = start + len(_MARK)
    alone = content.find(_MARK, digits) < 0
    if alone and content[digits : digits + 64] == _digest(content, digits):
        return SealState.GENUINE
    return SealState.BROKEN


def _digest(content: bytes, digits: int) -> bytes:
    import hashlib  # loads OpenSSL: 3 ms that the modules which only need SEAL should not pay

    view = memoryview(content)  # no copies: a stray file can be large
    state = hashlib.sha256(view[:digits])
    state.update(_ZEROS)
    state.update(view[digits + 64 :])
    return state.hexdigest().encode()
