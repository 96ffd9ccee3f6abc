"""Which targets a workload is rendered for, and whether they can carry all that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from modelyard.spec.field import Spec
from modelyard.targets.api import Selection, Target
from modelyard.targets.registry import Targets


def selected(workload: Workload, targets: Targets) -> list[Target]:
    """The targets whose platform is there and that the manifest names, or that are implied."""
    offered = platforms(workload)
    allowed = workload.place.spec.limits.targets
    return [
        target
        for name, target in targets.deployed.items()
        if name in offered
        and (target.selection is Selection.IMPLIED or name in workload.settings)
        and (allowed is None or target.selection is Selection.IMPLIED or name in allowed)
    ]


def platforms(workload: Workload) -> Mapping[str, Spec]:
    """What the place offers: of its environment, and of its region."""
    region = workload.place.region_spec
    return {**workload.place.spec.platforms, **(region.platforms if region is not None else {})}


def check_selected(workload: Workload, chosen: list[Target], targets: Targets) -> Iterator[Finding]:
    """A model that must be here and has nowhere to run, and features that a chosen target cannot carry."""
    manifest = workload.service or workload.job
    assert manifest is not None
    offered = [name for name in platforms(workload) if targets.deployed[name].selection is Selection.NAMED]
    runs = any(target.selection is Selection.NAMED for target in chosen) or (chosen and not offered)
    if workload.place.environment in manifest.environments and not runs:
        message = f"none of its targets is a platform of {workload.place.label}"
        hint = f"the platforms there: {', '.join(offered) or 'none'}; name one under targets"
        yield workload.finding("no-platform", ("targets",), message, hint)
    for target in chosen:
        for feature, path in workload.features.items():
            if feature not in target.honours:
                able = [
                    name
                    for name, other in targets.deployed.items()
                    if other.selection is Selection.NAMED and feature in other.honours
                ]
                message = f"the target {target.name} cannot have {feature.value}"
                hint = f"targets that can: {', '.join(able)}" if able else "no target can; leave it out"
                yield workload.finding("unhonoured-field", path, message, hint)
