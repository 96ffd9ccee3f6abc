"""Kubernetes resource quantities, parsed into exact integers.

Grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/. CPU is kept
in millicores and memory in bytes; a text that is not a whole number of its unit is refused, since
ECS and SageMaker have no fractions of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
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
MIB = 2**20
GIB = 2**30


def _whole(number: str, factor: int, unit: str) -> int:
    exact = Decimal(number) * factor
    if exact != exact.to_integral_value():
        raise MalformedError(f"{number} is not a whole number of {unit}")
    if exact <= 0:
        raise MalformedError("a quantity must be more than zero")
    return int(exact)


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
            raise MalformedError(f'"{text}" is not an amount of CPU', 'write "1", "0.5" or "250m"')
        number, milli = match.groups()
        return cls(_whole(number, 1 if milli else 1000, "millicores"))

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
            raise MalformedError(f'"{text}" is not an amount of memory', 'write "512Mi" or "4Gi"')
        number, unit = match.groups()
        return cls(_whole(number, _UNITS[unit], "bytes"))

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
