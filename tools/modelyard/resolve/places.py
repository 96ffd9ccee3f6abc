"""Which places a manifest is resolved for: environments, their regions, and what each tracks."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Place
from modelyard.spec.environment import Environment


def places(environment: Environment, wanted_regions: tuple[str, ...]) -> Iterator[Place]:
    """One for each region that both want; one without a region where the environment has none."""
    if not environment.regions:
        yield _place(environment, "")
    for region in environment.regions:
        if not wanted_regions or region in wanted_regions:
            yield _place(environment, region)


def _place(environment: Environment, region: str) -> Place:
    return Place(
        environment=environment.name,
        tracks=environment.tracks,
        account=environment.account or "",
        region=region,
        secret_prefix=environment.secret_prefix,
        log_retention_days=environment.log_retention_days,
        vpc=environment.regions[region].vpc if region else None,
        spec=environment,
        region_spec=environment.regions[region] if region else None,
    )
