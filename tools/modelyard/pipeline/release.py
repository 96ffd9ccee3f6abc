"""Writing releases: what an environment runs, frozen, from a build or from another environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.emit import to_yaml
from modelyard.errors import UsageError
from modelyard.findings import Finding, Severity
from modelyard.load import layout
from modelyard.load.model import LoadedModel, LoadedRelease, decode_manifest, load_model
from modelyard.load.shared import load_shared
from modelyard.pipeline.git import git
from modelyard.resolve import images as image_names
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.manifest import API_VERSION
from modelyard.targets.registry import discover
from modelyard.write.create import create_files


def write_release(
    root: Path, model: str, env: str, images: Mapping[str, str], origin: str | None, commit: str | None
) -> tuple[str, list[Finding]]:
    """Writes the release and gives its path, or what is wrong with the model. Raises UsageError."""
    targets = discover()
    shared = load_shared(root, targets.plugins)
    decoder = Decoder(targets.plugins)
    loaded = load_model(root, model, shared.environments, decoder)
    errors = [item for item in [*shared.findings, *decoder.findings] if item.severity is Severity.ERROR]
    path = layout.release(env, model)
    if errors:
        return path, errors
    before = _origin(loaded, origin)
    digests = dict(before.spec.images) if before is not None else dict(images)
    document: dict[str, object] = {
        "apiVersion": API_VERSION,
        "kind": "Release",
        "model": model,
        "commit": before.spec.commit if before is not None and commit is None else _commit(root, commit),
        "images": dict(sorted(digests.items())),
    }
    _check_images(loaded, before, digests, decoder)
    if shared.environments[env].spec.tracks == "releases":
        document["manifest"] = _snapshot(loaded, before)
    header = "# yaml-language-server: $schema=../../../schemas/release.schema.json\n"
    create_files(root, {path: (header + to_yaml([document])).encode()}, replace=True)
    return path, []


def _origin(loaded: LoadedModel, origin: str | None) -> LoadedRelease | None:
    if origin is None:
        return None
    if origin not in loaded.releases:
        raise UsageError(f"{origin} has no release of {loaded.name}: name the images with --image")
    return loaded.releases[origin]


def _snapshot(loaded: LoadedModel, before: LoadedRelease | None) -> object:
    """What another environment froze, as it froze it; else the manifest of today."""
    if before is not None and isinstance(before.spec.manifest, MappingNode):
        return before.spec.manifest.plain()
    assert loaded.tree is not None
    return loaded.tree.plain()


def _check_images(
    loaded: LoadedModel, before: LoadedRelease | None, digests: Mapping[str, str], decoder: Decoder
) -> None:
    """The digests must be those of the manifest that is released, which need not be the one of today."""
    manifest = loaded.manifest
    if before is not None and isinstance(before.spec.manifest, MappingNode):
        manifest = decode_manifest(before.spec.manifest, decoder)
    if manifest is None:
        raise UsageError(f"the manifest that is to be released is not valid: run tools/validate {loaded.name}")
    built = {name for name, part in image_names.parts(manifest).items() if part.image.build is not None}
    for name in sorted(digests.keys() - built):
        raise UsageError(f'{loaded.name} builds no image "{name}"; it builds: {", ".join(sorted(built)) or "none"}')
    for name in sorted(built - digests.keys()):
        raise UsageError(f"the image of {name} has no digest: add --image {name}=sha256:...")


def _commit(root: Path, commit: str | None) -> str:
    try:
        return git(root, "rev-parse", "--verify", "--end-of-options", f"{commit or 'HEAD'}^{{commit}}").strip()
    except UsageError as error:
        raise UsageError(f"--commit: {error}") from error
