"""What the policy demands of an image: of the environments that it is for, the strictest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from modelyard.detections import Level
from modelyard.spec.policy import EnvironmentGate, Gate


@dataclass(frozen=True)
class Demand:
    """``severity`` is the mildest vulnerability that blocks, ``blocks`` the mildest detection that does.

    ``named`` says whose demands they are, for messages.
    """

    severity: Level
    only_fixed: bool
    max_age_days: int
    allow_unknown_dates: bool
    database_days: int
    blocks: Level
    named: str


# Of a policy that cannot be read nothing is known to be allowed.
_UTMOST = Demand(Level.LOW, False, 1, False, 1, Level.LOW, "a policy that cannot be read")


def demand_of(gate: Gate | None, environments: Collection[str] | None) -> Demand:
    """The demands of these environments, or of all: an image may go to any of them."""
    if gate is None:
        return _UTMOST
    asked = sorted(gate.environments) if environments is None else sorted(environments)
    # What the policy does not know is held to the strictest that it knows.
    known = asked if all(name in gate.environments for name in asked) and asked else sorted(gate.environments)
    chosen: list[EnvironmentGate] = [gate.environments[name] for name in known]
    return Demand(
        severity=min(Level.of(one.vulnerabilities.severity) for one in chosen),
        only_fixed=all(one.vulnerabilities.only_fixed for one in chosen),
        max_age_days=min(one.max_base_age_days for one in chosen),
        allow_unknown_dates=all(one.unknown_base_dates == "allow" for one in chosen),
        database_days=gate.vulnerability_database_days,
        blocks=Level.of(gate.blocks),
        named=" and ".join(known) if len(known) < 3 else "the strictest environment",
    )
