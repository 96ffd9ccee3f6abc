"""Makes text from untrusted files safe to show: nothing hidden, nothing that a terminal obeys."""

from __future__ import annotations

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}

# Code points that `str.isprintable` lets pass although they draw nothing: the grapheme joiner, the Hangul
# fillers, the Khmer inherent vowels, and the Mongolian and general variation selectors.
_BLANK = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def visible(text: str) -> str:
    r"""The text with controls, bidi marks, zero-width and odd spaces as escapes (``\x1b``, ``\u202e``)."""
    return text if is_plain(text) else "".join(pieces(text))


def pieces(text: str) -> list[str]:
    """What each code point of ``text`` is shown as; joined, they are ``visible(text)``."""
    shown = [_piece(char) for char in text]
    # The GitHub runner obeys `##[command]` wherever it stands in a line of a log.
    at = text.find("##[")
    while at >= 0:
        shown[at + 1] = "\\x23"
        at = text.find("##[", at + 3)
    return shown


def is_plain(text: str) -> bool:
    """Whether ``text`` can be shown as it is."""
    if not text.isprintable() or "##[" in text:
        return False
    return text.isascii() or _BLANK.isdisjoint(text)


def clip(text: str, limit: int) -> str:
    """The text, or its first ``limit - 1`` code points and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _piece(char: str) -> str:
    if char.isprintable() and char not in _BLANK:
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as `surrogateescape` carries it
        code -= 0xDC00
    if code < 0x100:
        return _SHORT.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
