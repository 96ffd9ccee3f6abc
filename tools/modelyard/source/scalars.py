"""What a plain (unquoted) scalar means: the YAML 1.2 core schema, minus the readings that surprise.

YAML 1.2.2, section 10.3.2. Unlike there, digits with a leading zero stay a string: ``012345670123`` is
an AWS account id, and reading it as a number loses the zero.
"""

from __future__ import annotations

import math
import re

ScalarValue = str | int | float | bool | None

constants: dict[str, ScalarValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
number_starts = frozenset("0123456789+-.")

integer = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
based = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
decimal = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
unusable = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# Twenty digits hold every 64-bit integer. The time that int() and float() take grows with the square
# of the digits, so longer ones are refused before they are converted.
max_digits = 20
max_decimal = 64


class BadNumber(ValueError):
    """A plain scalar that YAML reads as a number which cannot be used. Carries rule and hint."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


def resolve(text: str) -> ScalarValue:
    """The value of a plain scalar. Raises ``BadNumber``."""
    if text in constants:
        return constants[text]
    return number(text) if text[0] in number_starts else text


def number(text: str) -> str | int | float:
    """The number that ``text`` is, or ``text`` itself. Raises ``BadNumber``."""
    if integer.fullmatch(text):
        return bounded_int(text, 10, len(text.lstrip("+-")))
    if based.fullmatch(text):
        return bounded_int(text, 0, len(text) - 2)
    if decimal.fullmatch(text):
        return bounded_float(text)
    if unusable.fullmatch(text):
        raise not_a_number(text)
    return text


def bounded_int(text: str, base: int, digits: int) -> int:
    """``text`` as an integer of at most ``max_digits`` digits."""
    if digits > max_digits:
        raise too_long(f"an integer of {digits} digits")
    return int(text, base)


def bounded_float(text: str) -> float:
    """``text`` as a finite number."""
    if len(text) > max_decimal:
        raise too_long(f"a number of {len(text)} characters")
    value = float(text)
    if not math.isfinite(value):
        raise not_a_number(text)
    return value


def too_long(what: str) -> BadNumber:
    return BadNumber("number-too-long", f"{what} is too long to be exact", "put it in quotes if it is a name")


def not_a_number(text: str) -> BadNumber:
    message = f"YAML reads {text} as infinity or as no number"
    return BadNumber("not-a-number", message, "give a finite number, or put it in quotes if it is a name")
