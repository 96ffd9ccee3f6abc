"""What no string of a document may hold, however it is written."""

from __future__ import annotations

from modelyard.source.report import Report
from modelyard.source.text import describe_forbidden, forbidden_value

# Generated files carry this word and a hash as their seal. A value that holds it could pass for one.
reserved = "modelyard:sha256:"


def needs_check(text: str) -> bool:
    """Whether any string of ``text`` can hold what ``check_string`` refuses.

    Forbidden characters were taken out of the text before; only an escape, which starts with a
    backslash, can put one into a string, or spell the reserved word in another way.
    """
    return "\\" in text or reserved in text.lower()


def check_string(value: str, where: tuple[int, int, int], report: Report) -> None:
    """Reports the forbidden characters and the reserved word of one key or value."""
    found = forbidden_value.search(value)
    if found is not None:
        rule, message, hint = describe_forbidden(found.group())
        message = message.replace("stands here", "is escaped in this string")
        report.add(rule, where, message, hint)
    if reserved in value.lower():
        message = f"this string holds {reserved!r}, the seal of generated files"
        report.add("reserved-text", where, message, "use another word")
