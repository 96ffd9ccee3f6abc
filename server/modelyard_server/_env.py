"""Reads typed values out of environment variables and collects every problem before anything stops."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")
Parse = Callable[[str], T]

OWN_PREFIX = "MODELYARD_"
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_SIZE = re.compile(r"(\d{1,15})(k|m|g|ki|mi|gi|)b?", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)(ms|s|m|)", re.ASCII)


# Kubernetes sets these for every Service beside a pod; a Service named "modelyard" would set our own names.
_SERVICE_LINK = re.compile(r".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
_SERVICE_URL = re.compile(r"(tcp|udp|sctp)://.*")


class Reader:
    """One pass over an environment. `problems` names each variable and its value; nothing is raised."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {
            name: value
            for name, value in environ.items()
            if not (
                _SERVICE_LINK.fullmatch(name) or (name.endswith("PORT") and _SERVICE_URL.fullmatch(value))
            )
        }
        self.known: set[str] = set()
        self.problems: list[str] = []

    def value(self, names: str, parse: Parse[T], default: T) -> T:
        """The first variable of `names` (separated by blanks) that is set and not empty, parsed."""
        self.known.update(names.split())
        for name in names.split():
            text = self._environ.get(name, "").strip()
            if text:
                try:
                    return parse(text)
                except ValueError as error:
                    self.problems.append(f"{name}={_shown(text)}: {error}")
                    return default
        return default

    def refuse_unknown(self) -> None:
        """A misspelt variable of ours would otherwise be a limit that silently does not hold."""
        for name in sorted(self._environ):
            if name.startswith(OWN_PREFIX) and name not in self.known:
                near = difflib.get_close_matches(name, sorted(self.known), n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                # Not its value: what is no setting of ours may be a secret of somebody else's.
                self.problems.append(f"{name}: there is no such setting{hint}")


def whole(low: int, high: int) -> Parse[int]:
    """An integer in `low`..`high`."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,18}", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def ratio(low: float, high: float) -> Parse[float]:
    """A decimal number in `low`..`high`."""

    def parse(text: str) -> float:
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) or not low <= float(text) <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(text)

    return parse


def seconds(low: float, high: float) -> Parse[float]:
    """A duration in `low`..`high` seconds: `30`, `1.5`, `250ms`, `90s` or `5m`."""

    def parse(text: str) -> float:
        found = _SECONDS.fullmatch(text)
        if found is not None:
            value = float(found[1]) * {"ms": 0.001, "m": 60.0}.get(found[2], 1.0)
            if low <= value <= high:
                return value
        raise ValueError(f"must be a duration from {low:g}s to {high:g}s, such as 30s or 250ms")

    return parse


def size(low: int, high: int) -> Parse[int]:
    """Bytes in `low`..`high`: `6291456`, `6Mi` or `500M`."""

    def parse(text: str) -> int:
        found = _SIZE.fullmatch(text)
        if found is not None:
            value = int(found[1]) * _UNITS[found[2].lower()]
            if low <= value <= high:
                return value
        raise ValueError(f"must be a size from {low} to {high} bytes, such as 6Mi")

    return parse


def flag(text: str) -> bool:
    """`true` or `false`, also `1` or `0`."""
    if text.lower() in {"true", "1"}:
        return True
    if text.lower() in {"false", "0"}:
        return False
    raise ValueError("must be true or false")


def choice(*allowed: str) -> Parse[str]:
    """One of `allowed`."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return parse


def _shown(text: str) -> str:
    """A value as an error may show it: on one line and short."""
    shown = text.encode("unicode_escape").decode("ascii")
    return shown if len(shown) <= 80 else shown[:77] + "..."
