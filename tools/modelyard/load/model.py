"""One model's own files: its manifest, and what each environment lays over it or froze of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.findings import Finding, Location
from modelyard.load import layout
from modelyard.load.runtime import filled, over_runtimes
from modelyard.load.runtimes import Runtimes
from modelyard.load.shared import read_mapping
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Scalar
from modelyard.spec.decode import Decoder
from modelyard.spec.environment import Override, Release
from modelyard.spec.layer import find
from modelyard.spec.manifest import KINDS, Job, Service


@dataclass(frozen=True)
class LoadedModel:
    """What was read of one model. ``tree`` and ``manifest`` are None where the manifest is refused.

    ``tree`` is the manifest over what its runtimes bring. ``overrides`` and ``releases`` are keyed by
    environment.
    """

    name: str
    tree: MappingNode | None
    manifest: Service | Job | None
    overrides: Mapping[str, MappingNode]
    releases: Mapping[str, LoadedRelease]


@dataclass(frozen=True)
class LoadedRelease:
    """A release and the node of the manifest that it froze."""

    spec: Release
    tree: MappingNode


def load_model(
    root: Path, name: str, environments: Iterable[str], runtimes: Runtimes, decoder: Decoder
) -> LoadedModel:
    """Reads one model. What is wrong goes to ``decoder.findings``; nothing is raised for bad input."""
    said = _manifest_tree(root, name, decoder)
    tree = None if said is None else over_runtimes(said, runtimes, decoder)
    manifest = None if tree is None else decode_manifest(filled(tree), decoder)
    if manifest is not None and manifest.name != name:
        node = tree.get("name") if tree is not None else None
        assert node is not None
        hint = f"call it {name}, or rename the folder to {manifest.name}"
        decoder.report("name-differs-from-folder", node, f'"{manifest.name}" is in the folder {name}', hint)
        manifest = None
    overrides, releases = {}, {}
    for env in environments:
        override = _laid_over(root, env, name, decoder)
        if override is not None:
            overrides[env] = override
        release = _release(root, env, name, decoder)
        if release is not None:
            releases[env] = release
    return LoadedModel(name, tree, manifest, overrides, releases)


def decode_manifest(tree: MappingNode, decoder: Decoder) -> Service | Job | None:
    """The typed manifest, by its ``kind``; None where it is refused."""
    kind = tree.get("kind")
    if isinstance(kind, Scalar) and isinstance(kind.value, str) and kind.value in KINDS:
        manifest = decoder.decode(tree, KINDS[kind.value])
        return manifest if _has_commands(tree, decoder) else None
    from modelyard.findings.nearest import did_you_mean

    if kind is None:
        decoder.report("missing-field", tree, '"kind" is missing', "kind: " + " or ".join(KINDS))
    else:
        said = str(kind.plain())[:80]
        decoder.report("not-one-of", kind, f'"{said}" is not a kind of model', did_you_mean(said, KINDS))
    return None


def _has_commands(tree: MappingNode, decoder: Decoder) -> bool:
    """Whether each image that is built has a command: its own, or its runtime's, which is below it by now."""
    good = True
    containers = tree.get("containers")
    several = containers.entries.values() if isinstance(containers, MappingNode) else ()
    for part in (tree, *(node for _, node in several)):
        build = find(part, ("image", "build"))
        if build[1] and isinstance(build[0], MappingNode) and "command" not in build[0].entries:
            hint = "command: what the container runs, in exec form; or choose a runtime, which brings one"
            decoder.report("missing-field", build[0], '"command" is missing', hint)
            good = False
    return good


def _manifest_tree(root: Path, name: str, decoder: Decoder) -> MappingNode | None:
    folder = f"{layout.MODELS}/{name}"
    if stat.S_ISLNK(os.lstat(root / folder).st_mode):
        hint = "move the model's files here: nothing is read through a link"
        decoder.findings.append(Finding("symlink", Location(folder), "the folder is a symbolic link", hint))
        return None
    path = layout.manifest(name)
    if not os.path.lexists(root / path):
        hint = f"write it with `tools/new {name}`, or remove the folder"
        decoder.findings.append(Finding("missing-file", Location(path), "the model has no manifest", hint))
        return None
    tree, findings = read_mapping(root, path)
    decoder.findings += findings
    return tree


def _laid_over(root: Path, env: str, model: str, decoder: Decoder) -> MappingNode | None:
    path = layout.override(env, model)
    if not os.path.lexists(root / path):
        return None
    tree, findings = read_mapping(root, path)
    decoder.findings += findings
    override = None if tree is None else decoder.decode(tree, Override)
    if tree is None or override is None:
        return None
    _same_model(override.model, model, tree, decoder)
    assert isinstance(override.manifest, MappingNode)
    for key, node in _fixed(override.manifest):
        hint = "change it in the manifest: a model is the same image and kind everywhere"
        decoder.report("fixed-field", node, f"an override cannot replace {key}", hint)
    return override.manifest


def _fixed(laid_over: MappingNode) -> Iterator[tuple[str, Scalar]]:
    """The keys that would make another model, or another image, of it in one environment."""
    for key in ("apiVersion", "kind", "name", "architecture", "image", "runtime"):
        if key in laid_over.entries:
            yield key, laid_over.entries[key][0]
    containers = laid_over.get("containers")
    for name, (_, container) in containers.entries.items() if isinstance(containers, MappingNode) else ():
        for key in ("image", "runtime"):
            if isinstance(container, MappingNode) and key in container.entries:
                yield f"containers.{name}.{key}", container.entries[key][0]


def _release(root: Path, env: str, model: str, decoder: Decoder) -> LoadedRelease | None:
    path = layout.release(env, model)
    if not os.path.lexists(root / path):
        return None
    tree, findings = read_mapping(root, path)
    decoder.findings += findings
    release = None if tree is None else decoder.decode(tree, Release)
    if tree is None or release is None:
        return None
    _same_model(release.model, model, tree, decoder)
    return LoadedRelease(release, tree)


def _same_model(said: str, model: str, tree: MappingNode, decoder: Decoder) -> None:
    if said != model:
        node = tree.get("model")
        assert node is not None
        decoder.report(
            "name-differs-from-file", node, f'"{said}" is in the file of {model}', f"write {model}"
        )
