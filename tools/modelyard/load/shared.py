"""What all models share: the environments and the catalogue of base images."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.findings import Finding, Location
from modelyard.load import layout
from modelyard.load.places import misplaced_arns
from modelyard.load.runtimes import Runtimes
from modelyard.load.strays import strays
from modelyard.source import read_file
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.decode import Decoder
from modelyard.spec.environment import Environment
from modelyard.spec.field import Spec
from modelyard.spec.layer import find

Plugins = Mapping[str, Mapping[str, type[Spec]]]


@dataclass(frozen=True)
class LoadedEnvironment:
    """An environment and the node of its ``defaults``, the layer below every manifest."""

    spec: Environment
    tree: MappingNode
    defaults: MappingNode | None


@dataclass(frozen=True)
class Shared:
    """Everything that is read once per run. Environments are in the order of their names.

    ``broken`` are the environments whose files are refused: they are there, and nothing is known of them.
    """

    environments: Mapping[str, LoadedEnvironment]
    broken: frozenset[str]
    catalogue: Catalogue
    catalogue_tree: MappingNode | None
    runtimes: Runtimes
    findings: tuple[Finding, ...]


def read_mapping(root: Path, path: str) -> tuple[MappingNode | None, list[Finding]]:
    """The top-level mapping of a YAML file of the repository, and what is wrong with it."""
    reading = read_file(root, path)
    findings = list(reading.findings)
    if reading.root is None or isinstance(reading.root, MappingNode):
        return reading.root, findings
    message = f"expected a mapping, found {reading.root.describe()}"
    findings.append(
        Finding("wrong-type", reading.root.location, message, "begin with apiVersion: modelyard.dev/v1")
    )
    return None, findings


def folders(root: Path, path: str) -> list[str]:
    """The names of the entries below a folder, sorted; none where it is missing. Hidden ones are left out."""
    try:
        with os.scandir(root / path) as entries:
            return sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except FileNotFoundError:
        return []


def load_shared(root: Path, plugins: Plugins) -> Shared:
    """Reads environments and catalogue; raises nothing for bad input: that is in ``findings``."""
    findings: list[Finding] = []
    environments: dict[str, LoadedEnvironment] = {}
    broken = set()
    for name in folders(root, layout.ENVIRONMENTS):
        if (root / layout.ENVIRONMENTS / name).is_dir():
            environment = _environment(root, name, plugins, findings)
            if environment is None:
                broken.add(name)
            else:
                environments[name] = environment
            findings += strays(root, name)
    tree, found = read_mapping(root, layout.CATALOGUE)
    decoder = Decoder(plugins)
    catalogue = decoder.decode(tree, Catalogue) if tree is not None else None
    findings += [*found, *decoder.findings]
    if catalogue is None:
        catalogue = Catalogue(api_version="modelyard.dev/v1", kind="BaseImages", images={})
    return Shared(environments, frozenset(broken), catalogue, tree, Runtimes(), tuple(findings))


def _environment(
    root: Path, name: str, plugins: Plugins, findings: list[Finding]
) -> LoadedEnvironment | None:
    tree, found = read_mapping(root, layout.environment(name))
    findings += found
    if tree is None:
        return None
    decoder = Decoder(plugins)
    spec = decoder.decode(tree, Environment)
    findings += decoder.findings
    if spec is None:
        return None
    findings += _checks(spec, tree, name, plugins)
    if spec.name != name:
        return None
    defaults = tree.get("defaults")
    return LoadedEnvironment(spec, tree, defaults if isinstance(defaults, MappingNode) else None)


def _checks(spec: Environment, tree: MappingNode, folder: str, plugins: Plugins) -> Iterator[Finding]:
    def at(key: str) -> Location:
        node = tree.get(key)
        return (node or tree).location

    if spec.name != folder:
        hint = f"call it {folder}, or rename the folder to {spec.name}"
        yield Finding(
            "name-differs-from-folder", at("name"), f'"{spec.name}" is in the folder {folder}', hint
        )
    if spec.regions and spec.account is None:
        yield Finding(
            "missing-field", at("regions"), "an environment with regions needs an account", "add account:"
        )
    if spec.regions and spec.registry is None:
        hint = "add registry: {account: ..., region: ...}"
        yield Finding("missing-field", at("regions"), "an environment with regions needs a registry", hint)
    yield from misplaced_arns(spec, tree)
    if not spec.regions and not spec.platforms:
        hint = "add regions: with platforms:, or platforms: {compose: {}} for a laptop"
        yield Finding("missing-field", at("name"), "the environment has no platform", hint)
    for index, target in enumerate(spec.limits.targets or ()):
        if target not in plugins["platform"]:
            from modelyard.findings.nearest import did_you_mean

            where = find(tree, ("limits", "targets", index))[0].location
            hint = did_you_mean(target, plugins["platform"])
            yield Finding("unknown-target", where, f'there is no target "{target}"', hint)
