"""Gathers the findings of one file, up to a limit."""

from __future__ import annotations

from modelyard.findings import Finding, Location, Severity

shown = 60


class Stop(Exception):
    """Reading on makes no sense or costs too much; why is already in the report."""


def quote(text: str) -> str:
    """``text`` fit for a message: in quotes, shortened, with everything invisible escaped."""
    return repr(text if len(text) <= shown else text[:shown] + "...")


def place(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the code point at ``index`` of ``text``."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


class Report:
    """The findings of ``path``. Raises ``Stop`` at the first one beyond ``limit``."""

    def __init__(self, path: str, limit: int) -> None:
        self.path = path
        self.limit = limit
        self.found: list[Finding] = []
        self.cut = False

    def add(self, rule: str, where: tuple[int, int, int], message: str, hint: str) -> None:
        """Adds an error at ``where``: line, column and length in code points."""
        if len(self.found) >= self.limit:
            self.cut = True
            raise Stop
        self.found.append(Finding(rule, Location(self.path, *where), message, hint))

    def findings(self) -> tuple[Finding, ...]:
        """All that was found, by place; a note at the end says when there may be more."""
        ordered = sorted(self.found, key=Finding.sort_key)
        if self.cut:
            message = f"only the first {self.limit} problems of this file are reported"
            hint = "mend these and run again"
            ordered.append(Finding("more-findings", ordered[-1].location, message, hint, Severity.NOTE))
        return tuple(ordered)
