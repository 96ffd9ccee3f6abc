"""What rules may know beside the document in hand: catalogue, environments, policy, owners, the time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from modelyard.gate.policy import Policy
from modelyard.load.shared import LoadedEnvironment, Shared
from modelyard.rules.api import Base, Context, EnvironmentFacts, EnvironmentPolicy
from modelyard.spec.catalogue import Catalogue


def context_of(
    shared: Shared,
    policy: Policy,
    now: datetime.datetime,
    files: Iterable[str],
    owners: tuple[tuple[str, tuple[str, ...]], ...],
    pod_security: str = "restricted",
) -> Context:
    """The context of a run over one repository."""
    environments = {name: _environment(one) for name, one in shared.environments.items()}
    return Context(
        now=now,
        bases=_bases(shared.catalogue),
        environments=environments,
        policies=_policies(policy),
        files=frozenset(files),
        owners=owners,
        pod_security=pod_security,
    )


def _bases(catalogue: Catalogue) -> Mapping[str, Base]:
    return {
        image.digest: Base(
            key=key,
            repository=image.repository,
            tag=image.tag,
            digest=image.digest,
            created=_day(image.created),
            supported_until=_day(image.supported_until),
        )
        for key, image in catalogue.images.items()
    }


def _day(text: str) -> datetime.date | None:
    """A date of the catalogue; None for ``unknown`` and for a day that no month has."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _policies(policy: Policy) -> Mapping[str, EnvironmentPolicy]:
    if policy.gate is None:
        return {}
    return {
        name: EnvironmentPolicy(
            max_base_age_days=one.max_base_age_days,
            allow_unknown_base_dates=one.unknown_base_dates == "allow",
            pod_security=one.pod_security,
        )
        for name, one in policy.gate.environments.items()
    }


def _environment(loaded: LoadedEnvironment) -> EnvironmentFacts:
    spec = loaded.spec
    accounts = {spec.account} if spec.account else set()
    regions = set(spec.regions)
    if spec.registry is not None:
        accounts.add(spec.registry.account)
        regions.add(spec.registry.region)
    return EnvironmentFacts(
        name=spec.name,
        account=spec.account or "",
        accounts=frozenset(accounts),
        regions=frozenset(regions),
        secret_prefix=spec.secret_prefix,
        allow_exec=frozenset(_allow_exec(loaded.tree.plain())),
        tracks_head=spec.tracks == "head",
    )


def _allow_exec(environment: Any) -> Iterable[tuple[str, str]]:
    """Pairs of platform and region whose settings say ``allowExec: true``."""
    for region, said in (environment.get("regions") or {}).items():
        for platform, settings in (said.get("platforms") or {}).items():
            if isinstance(settings, dict) and settings.get("allowExec") is True:
                yield platform, region
