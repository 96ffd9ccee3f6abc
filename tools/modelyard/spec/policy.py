"""The gate's policy: what it demands in each environment, and what it was told to let pass, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.spec.field import Range, Size, Spec, Text, field
from modelyard.spec.names import EnvironmentName, Sentence, Team

LevelName = Literal["low", "medium", "high", "critical"]
Day = Annotated[
    str, Text("a date", r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", 10, 10, "as in 2026-11-22")
]
FilePath = Annotated[
    str,
    Text(
        "a path in the repository",
        r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\x7f*?\\]+",
        1,
        512,
        "relative to its root, with /, exactly: no pattern",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Vulnerabilities(Spec):
    """When what trivy knows of an image's packages blocks it."""

    severity: LevelName = field("The mildest severity that blocks.", default="high")
    only_fixed: bool = field("Whether only vulnerabilities block for which there is a fix.", default=False)


@dataclass(frozen=True, kw_only=True)
class EnvironmentGate(Spec):
    """What must hold in one environment."""

    max_base_age_days: Annotated[int, Range(1, 3650, "days")] = field(
        "How old a base image may be, from its creation."
    )
    unknown_base_dates: Literal["allow", "refuse"] = field(
        "Whether a base image may be used of which nobody recorded when it was made.", default="refuse"
    )
    pod_security: Literal["baseline", "restricted"] = field(
        "The Pod Security Standard that pods are held against.", default="restricted"
    )
    vulnerabilities: Vulnerabilities = field("What blocks an image.", default=Vulnerabilities())


@dataclass(frozen=True, kw_only=True)
class Exclusion(Spec):
    """Files that are no configuration of anything: their secrets are looked for, and nothing else."""

    path: FilePath = field("A folder, or one file.", examples=("tests/cases",))
    reason: Sentence = field("Why nothing there is ever applied, built or run in production.")


@dataclass(frozen=True, kw_only=True)
class Gate(Spec):
    """What the security gate demands, in all environments and in each."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Gate"] = field("What this file is.")
    blocks: LevelName = field("The mildest level of a detection that blocks.", default="medium")
    environments: Annotated[Mapping[EnvironmentName, EnvironmentGate], Size(1, 50)] = field(
        "What each environment demands; a file that is in none is held to the strictest base age."
    )
    max_waiver_days: Annotated[int, Range(1, 365, "days")] = field(
        "How long a waiver may last from the day it is read.", default=90
    )
    vulnerability_database_days: Annotated[int, Range(1, 30, "days")] = field(
        "How old the vulnerability database may be.", default=3
    )
    exclusions: Annotated[tuple[Exclusion, ...], Size(0, 50)] = field(
        "What is no configuration, although it looks like some.", default=()
    )


@dataclass(frozen=True, kw_only=True)
class Waiver(Spec):
    """One detection that is let pass, by whom, why and until when."""

    fingerprint: Annotated[
        str,
        Text(
            "a fingerprint",
            r"[0-9a-f]{16}",
            16,
            16,
            "sixteen hexadecimal digits, as `tools/scan` prints them",
        ),
    ] = field("The detection, exactly.")
    tool: Annotated[str, Text("a tool", r"[a-z][a-z0-9-]*", 1, 40)] = field(
        "Whose rule it is: modelyard, or a scanner.", default="modelyard"
    )
    rule: Annotated[str, Text("a rule", r"[A-Za-z0-9][A-Za-z0-9_./:-]*", 1, 128, "exactly: no pattern")] = (
        field("The rule.", examples=("root-user",))
    )
    file: FilePath = field("The file.")
    resource: Annotated[str, Text("a resource", r"[^\n]*", 0, 512)] = field(
        "The resource in the file, as `tools/scan` prints it.", default=""
    )
    evidence: Annotated[str, Text("evidence", r"[^\n]*", 0, 512)] = field(
        "What binds it to this very thing, such as an image's digest.", default=""
    )
    owner: Team = field("Who answers for it.", examples=("risk-ml",))
    reason: Annotated[str, Text("a reason", r"[^\n]*", 20, 500, "say why it is safe, in a sentence")] = field(
        "Why it is safe until then."
    )
    expires: Day = field("The last day on which it helps.")
    ticket: Annotated[str, Text("a ticket", r"[A-Za-z0-9][^\s]*", 2, 200, "its key or address")] = field(
        "Where the mending is tracked.", examples=("SEC-123",)
    )


@dataclass(frozen=True, kw_only=True)
class Waivers(Spec):
    """What the security gate lets pass, by whom, why and until when."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Waivers"] = field("What this file is.")
    waivers: Annotated[tuple[Waiver, ...], Size(0, 1000)] = field("The waivers.", default=())
