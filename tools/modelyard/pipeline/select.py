"""Which targets a workload is rendered for, and whether they can carry all that it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from modelyard.targets.api import Selection, Target
from modelyard.targets.registry import Targets


def selected(workload: Workload, targets: Targets) -> list[Target]:
    """The targets whose platform is there and that the manifest names, or that are implied."""
    region = workload.place.region_spec
    platforms = {**workload.place.spec.platforms, **(region.platforms if region is not None else {})}
    allowed = workload.place.spec.limits.targets
    return [
        target
        for name, target in targets.deployed.items()
        if name in platforms
        and (target.selection is Selection.IMPLIED or name in workload.settings)
        and (allowed is None or target.selection is Selection.IMPLIED or name in allowed)
    ]


def check_selected(workload: Workload, chosen: list[Target], targets: Targets) -> Iterator[Finding]:
    """A model that must be here and has nowhere to run, and features that a chosen target cannot carry."""
    manifest = workload.service or workload.job
    assert manifest is not None
    if workload.place.environment in manifest.environments and not chosen:
        platforms = workload.place.region_spec.platforms if workload.place.region_spec is not None else {}
        message = f"none of its targets is a platform of {workload.place.label}"
        hint = f"the platforms there: {', '.join(platforms) or 'none'}; name one under targets"
        yield workload.finding("no-platform", ("targets",), message, hint)
    for target in chosen:
        for feature, path in workload.features.items():
            if feature not in target.honours:
                able = [name for name, other in targets.deployed.items() if feature in other.honours]
                message = f"the target {target.name} cannot have {feature.value}"
                hint = f"targets that can: {', '.join(able)}" if able else "no target can; leave it out"
                yield workload.finding("unhonoured-field", path, message, hint)
