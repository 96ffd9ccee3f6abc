"""From bytes to text that can be trusted: UTF-8, no invisible characters, no directives."""

from __future__ import annotations

import re

from modelyard.source.report import Report, Stop, place

byte_order_mark = b"\xef\xbb\xbf"
plain_ascii = bytes([0x09, 0x0A, *range(0x20, 0x7F)])

# Direction marks and zero-width characters make a reviewer see another text than the tools read
# ("Trojan Source", CVE-2021-42574). The tag characters of plane 14 are invisible altogether.
invisible = "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f"
# YAML 1.1 parsers break lines at U+0085, U+2028 and U+2029, and Git and editors do not. The last two
# are no characters at all, and no YAML parser takes them.
control = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"

forbidden = re.compile(f"[{invisible}{control}]|\r(?!\n)")
forbidden_value = re.compile(f"[{invisible}{control}]")
invisible_only = re.compile(f"[{invisible}]")
directive = re.compile(r"^%\S*", re.MULTILINE)


def decode(data: bytes, max_bytes: int, report: Report, *, directives: bool = True) -> str:
    """The text of ``data``, with each forbidden character reported and replaced by U+FFFD.

    ``directives`` is whether the text is YAML, in which a line that starts with ``%`` is one.

    The replacement keeps every column, so that the rest of the file can be checked in the same run.
    Raises ``Stop`` when the bytes are too many or are not UTF-8.
    """
    if len(data) > max_bytes:
        message = f"the file is larger than {max_bytes} bytes"
        report.add("too-large", (1, 1, 1), message, "keep data out of it, and refer to the data by path")
        raise Stop
    if data.startswith(byte_order_mark):
        hint = "save the file as UTF-8 without a byte order mark"
        report.add("byte-order-mark", (1, 1, 1), "the file starts with a byte order mark (U+FEFF)", hint)
        data = data[len(byte_order_mark) :]
    text = decode_utf8(data, report)
    # Deleting what is allowed costs a tenth of a search by expression; nearly every file ends here.
    if not data.isascii() or data.translate(None, plain_ascii):
        text = replace_forbidden(text, report)
    if directives and "%" in text:
        refuse_directives(text, report)
    return text


def decode_utf8(data: bytes, report: Report) -> str:
    """``data`` as text, or ``Stop`` with the place of the first byte that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line, column = place(before := data[: error.start].decode(), len(before))
        rest = data[error.start : error.start + 2]
        surrogate = rest[:1] == b"\xed" and rest[1:] >= b"\xa0" and rest[1:] <= b"\xbf"
        rule = "lone-surrogate" if surrogate else "not-utf-8"
        what = "half of a surrogate pair" if surrogate else f"0x{rest[0]:02X}"
        message = f"byte {error.start + 1} of the file ({what}) is not valid UTF-8"
        report.add(rule, (line, column, 1), message, "save the file as UTF-8")
        raise Stop from error


def replace_forbidden(text: str, report: Report) -> str:
    """Reports each forbidden character and puts U+FFFD in its place."""
    for match in forbidden.finditer(text):
        rule, message, hint = describe_forbidden(match.group())
        report.add(rule, (*place(text, match.start()), 1), message, hint)
    return forbidden.sub("\ufffd", text)


def describe_forbidden(character: str) -> tuple[str, str, str]:
    """Rule, message and hint for a forbidden character, which is never repeated itself."""
    import unicodedata  # a table that only bad input needs

    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}" + (f" {name}" if name else "")
    if character == "\0":
        return "nul-byte", f"a NUL ({code}) stands here", "remove it"
    if character == "\r":
        hint = "end lines with LF, or with CR LF"
        return "control-character", f"a carriage return ({code}) without a line feed stands here", hint
    if invisible_only.match(character):
        hint = "remove it: it makes the text look different from what it says"
        return "bidi-character", f"an invisible character ({code}) stands here", hint
    return "control-character", f"a control character ({code}) stands here", "remove it"


def refuse_directives(text: str, report: Report) -> None:
    """Reports lines such as ``%YAML 1.1``: they change what the rest of the file means."""
    for match in directive.finditer(text):
        where = (*place(text, match.start()), len(match.group()))
        message = "a line that starts with % is a YAML directive"
        report.add("yaml-directive", where, message, "remove the line; the file is read as YAML 1.2")
    if directive.search(text):
        raise Stop
