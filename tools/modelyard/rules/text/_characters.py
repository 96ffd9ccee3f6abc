"""Characters that a reader does not see, or that change the order in which the others are seen.

Unicode Technical Standard 55 (Source Code Handling) and CVE-2021-42574 say what can be hidden that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMES = {
    0x00AD: "soft hyphen",
    0x034F: "combining grapheme joiner",
    0x061C: "Arabic letter mark",
    0x115F: "Hangul filler",
    0x1160: "Hangul filler",
    0x17B4: "invisible Khmer vowel",
    0x17B5: "invisible Khmer vowel",
    0x180E: "Mongolian vowel separator",
    0x200B: "zero-width space",
    0x200C: "zero-width non-joiner",
    0x200D: "zero-width joiner",
    0x200E: "left-to-right mark",
    0x200F: "right-to-left mark",
    0x2028: "line separator",
    0x2029: "paragraph separator",
    0x202A: "left-to-right embedding",
    0x202B: "right-to-left embedding",
    0x202C: "end of a change of direction",
    0x202D: "left-to-right override",
    0x202E: "right-to-left override",
    0x2060: "word joiner",
    0x2066: "left-to-right isolate",
    0x2067: "right-to-left isolate",
    0x2068: "first strong isolate",
    0x2069: "end of an isolate",
    0x3164: "Hangul filler",
    0xFEFF: "byte order mark inside the text",
    0xFFA0: "Hangul filler",
}
_SUSPECT = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
_JOINERS = frozenset("\u200c\u200d")
# Scripts from Hebrew on need joiners to be spelt, and pictures are put together with them.
_FIRST_OF_OTHER_SCRIPTS = 0x0590
_FIRST_OF_PICTURES = 0xA9


def suspicious(text: str, *, first: bool = False) -> Iterator[tuple[int, str]]:
    """Offset (in characters) and name of each character that has no business in a file that people review.

    Tab, line feed and carriage return are well, and so are joiners in scripts and pictures that need them,
    and one variation selector after a picture. ``first`` is whether the text begins a file, where a byte
    order mark may stand.
    """
    for match in _SUSPECT.finditer(text):
        at = match.start()
        if at == 0 and first and text[0] == "\ufeff":
            continue
        if at == 0 or not _is_needed(text[at - 1], text[at]):
            yield at, name_of(text[at])


def name_of(character: str) -> str:
    """``right-to-left override (U+202E)``."""
    code = ord(character)
    name = _NAMES.get(code)
    if name is None:
        if code < 0xA0:
            name = "control character"
        elif 0xE0000 <= code <= 0xE007F:
            name = "tag character"
        elif 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
            name = "variation selector"
        else:
            name = "invisible character"
    return f"{name} (U+{code:04X})"


def _is_needed(before: str, character: str) -> bool:
    if _SUSPECT.match(before) is not None and before != "\ufe0f":
        return False
    if character in _JOINERS:
        return ord(before) >= _FIRST_OF_OTHER_SCRIPTS
    if character in "\ufe0e\ufe0f":
        return (ord(before) >= _FIRST_OF_PICTURES and before != "\ufe0f") or before in "0123456789#*"
    return False
