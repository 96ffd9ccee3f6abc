"""The policy files, read: what the gate demands, and the waivers with their places."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelyard.findings import Finding, Location
from modelyard.findings.nearest import did_you_mean
from modelyard.load import layout
from modelyard.load.shared import read_mapping
from modelyard.pipeline.owned import environment_names
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Sequence
from modelyard.spec.decode import Decoder
from modelyard.spec.policy import Gate, Waiver, Waivers

_NEVER_EXCLUDED = (
    layout.MODELS,
    layout.ENVIRONMENTS,
    layout.DOCKERFILES,
    layout.GATE.partition("/")[0],
    ".github",
)


@dataclass(frozen=True)
class PlacedWaiver:
    """A waiver, and where it stands in policy/waivers.yaml."""

    waiver: Waiver
    location: Location


@dataclass(frozen=True)
class Policy:
    """``gate`` is None where it cannot be read; ``findings`` say why, and then nothing may pass."""

    gate: Gate | None
    waivers: tuple[PlacedWaiver, ...]
    findings: tuple[Finding, ...]

    def excluded(self, path: str) -> bool:
        """Whether only secrets are looked for in this file of the repository."""
        if self.gate is None:
            return False
        return any(path == one.path or path.startswith(one.path + "/") for one in self.gate.exclusions)


# What files are held to that belong to no repository of ours: rules at their strictest, and no exceptions.
NO_REPOSITORY = Gate(api_version="modelyard.dev/v1", kind="Gate", environments={})


def is_repository(root: Path) -> bool:
    """Whether the folder is a repository of ours, which has to say what it demands."""
    return any(os.path.lexists(root / name) for name in (layout.ENVIRONMENTS, layout.CATALOGUE, layout.GATE))


def load_policy(root: Path) -> Policy:
    """Reads policy/gate.yaml and policy/waivers.yaml. A repository without waivers needs no file of them."""
    findings: list[Finding] = []
    decoder = Decoder({})
    if not is_repository(root):
        return Policy(NO_REPOSITORY, (), ())
    tree, found = read_mapping(root, layout.GATE)
    findings += found
    gate = decoder.decode(tree, Gate) if tree is not None else None
    waivers: tuple[PlacedWaiver, ...] = ()
    if os.path.lexists(root / layout.WAIVERS):
        beside, found = read_mapping(root, layout.WAIVERS)
        findings += found
        listed = decoder.decode(beside, Waivers) if beside is not None else None
        if beside is not None and listed is not None:
            waivers = tuple(_placed(beside, listed))
    if gate is not None and tree is not None:
        findings += _unmatched(tree, gate, environment_names(root))
        findings += _too_wide(tree, gate)
    return Policy(gate, waivers, (*findings, *decoder.findings))


def _unmatched(tree: MappingNode, gate: Gate, environments: list[str]) -> Iterator[Finding]:
    """Environments of which the policy says nothing, and what it says of environments that there are not."""
    node = tree.get("environments") or tree
    for name in sorted(set(environments) - gate.environments.keys()):
        message = f"the policy says nothing of the environment {name}"
        yield Finding(
            "policy-without-environment", node.location, message, f"add {name}: with what it demands"
        )
    for name in sorted(gate.environments.keys() - set(environments)):
        entry = node.entries.get(name) if isinstance(node, MappingNode) else None
        where = entry[0].location if entry is not None else node.location
        hint = did_you_mean(name, environments) or "remove it"
        yield Finding("policy-unknown-environment", where, f"there is no environment {name}", hint)


def _too_wide(tree: MappingNode, gate: Gate) -> Iterator[Finding]:
    """Exclusions of what is applied, built or believed: only the rules know whether it is harmless."""
    node = tree.get("exclusions")
    items = node.items if isinstance(node, Sequence) else []
    for one, item in zip(gate.exclusions, items, strict=True):
        if one.path.partition("/")[0] in _NEVER_EXCLUDED:
            message = f"{one.path} is what the gate is for, and cannot be excluded"
            hint = "remove it, and waive single detections (tools/waive)"
            yield Finding("policy-excludes-too-much", item.location, message, hint)


def _placed(tree: MappingNode, listed: Waivers) -> list[PlacedWaiver]:
    node = tree.get("waivers")
    items = node.items if isinstance(node, Sequence) else []
    return [PlacedWaiver(one, item.location) for one, item in zip(listed.waivers, items, strict=True)]
