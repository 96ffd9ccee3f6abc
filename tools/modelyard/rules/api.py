"""What a rule is, and what it is given."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from modelyard.detections import Level
from modelyard.subjects.document import Path, Place
from modelyard.subjects.facts import Subject

Fact = TypeVar("Fact", bound=Subject)


@dataclass(frozen=True)
class Base:
    """An approved base image: what Dockerfiles/base-images.yaml says. Dates are None where unknown."""

    key: str
    repository: str
    tag: str
    digest: str
    created: datetime.date | None
    supported_until: datetime.date | None


@dataclass(frozen=True)
class EnvironmentFacts:
    """What environments/<env>/environment.yaml says that rules hold files against.

    ``accounts`` are the environment's own and its registry's; ``regions`` likewise. ``secret_prefix`` is
    what the names of its secrets begin with. ``allow_exec`` has the platforms (by region) where commands
    may be run in a container. ``tracks_head`` is whether it runs what the manifests say on the main
    branch, where an image may not have its digest yet.
    """

    name: str
    account: str
    accounts: frozenset[str]
    regions: frozenset[str]
    secret_prefix: str
    allow_exec: frozenset[tuple[str, str]] = frozenset()
    tracks_head: bool = False


@dataclass(frozen=True)
class EnvironmentPolicy:
    """What policy/gate.yaml demands in one environment. Ages in days; None where nothing is demanded."""

    max_base_age_days: int | None = None
    allow_unknown_base_dates: bool = False
    pod_security: str = "restricted"  # or "baseline"


@dataclass(frozen=True)
class Context:
    """What is known beside the document. ``now`` is a UTC instant, given and never asked of the clock."""

    now: datetime.datetime
    bases: Mapping[str, Base] = field(default_factory=dict)  # by digest
    environments: Mapping[str, EnvironmentFacts] = field(default_factory=dict)
    policies: Mapping[str, EnvironmentPolicy] = field(default_factory=dict)
    # Paths of the repository that exist, relative; for rules that ask for a file's owners, say.
    files: frozenset[str] = frozenset()
    # CODEOWNERS of the repository, as pattern and owners in order; empty where there is none.
    owners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pod_security: str = "restricted"  # of files that are in no environment

    def environment(self, place: Place) -> EnvironmentFacts | None:
        """The environment that a file belongs to, or None."""
        return self.environments.get(place.environment)

    def policy(self, place: Place) -> EnvironmentPolicy:
        """What is demanded of a file; of one in no environment, the strictest of any environment."""
        found = self.policies.get(place.environment)
        if found is not None:
            return found
        ages = [one.max_base_age_days for one in self.policies.values() if one.max_base_age_days is not None]
        return EnvironmentPolicy(max_base_age_days=min(ages, default=None), pod_security=self.pod_security)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a subject. ``path`` leads from the document's root to the value at fault.

    ``evidence`` is what a waiver of it is bound to (an image reference, a role); empty where rule, file and
    resource say it all. ``hint`` takes the place of the rule's own ``fix``. Never holds a secret.
    """

    path: Path
    message: str
    evidence: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Rule(Generic[Fact]):
    """One rule. ``check`` yields what is wrong with one subject; it neither reads files nor asks the clock.

    ``summary`` says in one line what is wrong when it speaks, ``why`` what can happen, ``fix`` what mends it,
    ``source`` whose document says so (a title or an address).
    """

    id: str
    level: Level
    summary: str
    why: str
    fix: str
    subject: type[Fact]
    check: Callable[[Fact, Context], Iterator[Problem]]
    source: str = ""
