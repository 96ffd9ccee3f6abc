"""Kubernetes resource quantities, parsed into exact integers.

Grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/. CPU is kept
in millicores and memory in bytes; a text that is not a whole number of its unit is refused, since
ECS and SageMaker have no fractions of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_NUMBER = r"(\d{1,15}(?:\.\d{1,9})?)"
_CPU = re.compile(_NUMBER + r"(m?)", re.ASCII)
_MEMORY = re.compile(_NUMBER + r"(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P|)", re.ASCII)
_UNITS = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
}
_CPU_HINT = 'write "1", "0.5" or "250m"'
_MEMORY_HINT = 'write "512Mi" or "4Gi"'
MIB = 2**20
GIB = 2**30


# More than any machine has; every amount below it is spelt in at most 15 digits, and so can be read again.
_TOO_MUCH = 10**15


def _whole(number: str, factor: int, unit: str, hint: str) -> int:
    whole, _, fraction = number.partition(".")
    scale: int = 10 ** len(fraction)
    amount, rest = divmod(int(whole + fraction) * factor, scale)
    if rest:
        raise MalformedError(f"{number} is not a whole number of {unit}", hint)
    if not 0 < amount < _TOO_MUCH:
        wanted = "more than zero" if amount <= 0 else f"less than {_TOO_MUCH} {unit}"
        raise MalformedError(f"a quantity must be {wanted}", hint)
    return amount


@dataclass(frozen=True, order=True)
class Cpu:
    """An amount of CPU time in millicores (1000 is one vCPU)."""

    millicores: int
    schema: ClassVar[dict[str, Any]] = {
        "type": ["string", "number"],
        "pattern": r"^\d{1,15}(\.\d{1,9})?m?$",
        "exclusiveMinimum": 0,
    }
    accepts_numbers: ClassVar[bool] = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """``"1"``, ``"0.5"`` or ``"250m"``; raises MalformedError."""
        match = _CPU.fullmatch(text)
        if match is None:
            raise MalformedError(f'"{text[:80]}" is not an amount of CPU', _CPU_HINT)
        number, milli = match.groups()
        return cls(_whole(number, 1 if milli else 1000, "millicores", _CPU_HINT))

    def __str__(self) -> str:
        whole, rest = divmod(self.millicores, 1000)
        return f"{self.millicores}m" if rest else str(whole)


@dataclass(frozen=True, order=True)
class Memory:
    """An amount of memory or storage in bytes."""

    bytes: int
    schema: ClassVar[dict[str, Any]] = {
        "type": ["string", "integer"],
        "pattern": r"^\d{1,15}(\.\d{1,9})?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$",
        "exclusiveMinimum": 0,
    }
    accepts_numbers: ClassVar[bool] = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """``"512Mi"``, ``"4Gi"`` or plain bytes; raises MalformedError."""
        match = _MEMORY.fullmatch(text)
        if match is None:
            raise MalformedError(f'"{text[:80]}" is not an amount of memory', _MEMORY_HINT)
        number, unit = match.groups()
        return cls(_whole(number, _UNITS[unit], "bytes", _MEMORY_HINT))

    @property
    def mebibytes(self) -> int:
        """Rounded up: what a container that asks for this amount must be given."""
        return -(-self.bytes // MIB)

    @property
    def gibibytes(self) -> int:
        """Rounded up to whole GiB."""
        return -(-self.bytes // GIB)

    def __str__(self) -> str:
        for unit in ("Pi", "Ti", "Gi", "Mi", "Ki"):
            if self.bytes % _UNITS[unit] == 0:
                return f"{self.bytes // _UNITS[unit]}{unit}"
        return str(self.bytes)
