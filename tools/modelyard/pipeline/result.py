"""What a run says of each model and of all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.findings import Finding, Location, Severity


@dataclass(frozen=True)
class ModelResult:
    """What happened to one model's files.

    ``changes`` are pairs of path and action (create, update, delete); ``files`` is how many files are
    wanted; ``skipped`` says of environments why nothing is rendered there; ``failed`` that something
    is wrong and its files were left alone.
    """

    name: str
    changes: tuple[tuple[str, str], ...] = ()
    files: int = 0
    findings: tuple[Finding, ...] = ()
    skipped: Mapping[str, str] | None = None
    claims: tuple[tuple[str, Location], ...] = ()
    diff: str = ""
    failed: bool = False
    # Of what the model's folders were made to hold; the cache compares the disk with it.
    outputs: str = ""


@dataclass(frozen=True)
class RunResult:
    """A whole run: models in the order of their names, and what is wrong with what they share.

    ``clashes`` are what two models both claim.
    """

    models: tuple[ModelResult, ...]
    findings: tuple[Finding, ...]
    clashes: tuple[Finding, ...] = ()

    @property
    def all_findings(self) -> list[Finding]:
        return [
            *self.findings,
            *self.clashes,
            *(finding for model in self.models for finding in model.findings),
        ]

    @property
    def errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.all_findings)

    @property
    def blocked(self) -> bool:
        """Whether what all models share has errors, so that nothing may be written."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def drift(self) -> bool:
        """Whether anything on disk is not, or was not before this run, what it should be."""
        return any(model.changes for model in self.models)
