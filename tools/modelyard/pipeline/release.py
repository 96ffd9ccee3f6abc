"""Writing releases: what an environment runs, frozen, from a build or from another environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.emit import to_yaml
from modelyard.errors import UsageError
from modelyard.findings import Finding, Severity
from modelyard.load import layout
from modelyard.load.model import LoadedModel, LoadedRelease, decode_manifest, load_model
from modelyard.load.runtime import over_runtimes, without_runtimes
from modelyard.load.shared import Shared, load_shared
from modelyard.pipeline.git import git
from modelyard.resolve import images as image_names
from modelyard.resolve.pinned import by_reference
from modelyard.source import read
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.manifest import API_VERSION
from modelyard.targets.registry import discover
from modelyard.write.create import create_files

_THEN = "build a later commit"


def write_release(
    root: Path, model: str, env: str, images: Mapping[str, str], origin: str | None, commit: str | None
) -> tuple[str, list[Finding]]:
    """Writes the release and gives its path, or what is wrong with the model. Raises UsageError.

    What is frozen is what ``origin`` froze, or else the manifest of the commit that was built: never
    that of a working tree, which may be another one.
    """
    targets = discover()
    shared = load_shared(root, targets.plugins)
    decoder = Decoder(targets.plugins)
    loaded = load_model(root, model, shared.environments, shared.runtimes, decoder)
    path = layout.release(env, model)
    # The release that is replaced may be anything.
    errors = [item for item in [*shared.findings, *decoder.findings] if item.severity is Severity.ERROR]
    errors = [item for item in errors if item.location.path != path]
    if errors:
        return path, errors
    if shared.environments[env].spec.registry is None:
        raise UsageError(
            f"{env} has no registry to pull an image from: it builds what it runs, and has no releases"
        )
    before = _origin(loaded, origin)
    built = before.spec.commit if before is not None and commit is None else _commit(root, commit)
    frozen = before.spec.manifest if before is not None else None
    manifest = frozen if isinstance(frozen, MappingNode) else _frozen(root, model, built, shared, decoder)
    digests = dict(before.spec.images) if before is not None else dict(images)
    _check_images(model, manifest, digests, decoder)
    document: dict[str, object] = {
        "apiVersion": API_VERSION,
        "kind": "Release",
        "model": model,
        "commit": built,
        "images": dict(sorted(digests.items())),
    }
    if shared.environments[env].spec.tracks == "releases":
        document["manifest"] = manifest.plain()
    header = "# yaml-language-server: $schema=../../../schemas/release.schema.json\n"
    create_files(root, {path: (header + to_yaml([document])).encode()}, replace=True)
    return path, []


def _origin(loaded: LoadedModel, origin: str | None) -> LoadedRelease | None:
    if origin is None:
        return None
    if origin not in loaded.releases:
        raise UsageError(f"{origin} has no release of {loaded.name}: name the images with --image")
    return loaded.releases[origin]


def _frozen(root: Path, model: str, commit: str, shared: Shared, decoder: Decoder) -> MappingNode:
    """The manifest of a commit with what its runtimes bring as its own: later ones change no release."""
    tree = over_runtimes(_manifest_at(root, model, commit), shared.runtimes, decoder)
    if tree is None:
        raise UsageError(f"the runtime of {model} in commit {commit[:12]} is not known here: {_THEN}")
    return by_reference(without_runtimes(tree), shared.catalogue)


def _manifest_at(root: Path, model: str, commit: str) -> MappingNode:
    """The manifest as that commit has it."""
    path = layout.manifest(model)
    try:
        text = git(root, "show", "--end-of-options", f"{commit}:./{path}")
    except UsageError as error:
        raise UsageError(f"{path} is not in commit {commit[:12]}: commit it, or fetch that commit") from error
    found = read(path, text.encode(errors="surrogateescape")).root
    if not isinstance(found, MappingNode):
        raise UsageError(f"{path} is not valid in commit {commit[:12]}")
    return found


def _check_images(model: str, frozen: MappingNode, digests: Mapping[str, str], decoder: Decoder) -> None:
    """The digests must be those of the manifest that is released, which need not be the one of today."""
    manifest = decode_manifest(frozen, decoder)
    if manifest is None:
        raise UsageError(f"the manifest of {model} was not valid when it was built: {_THEN}")
    built = {name for name, part in image_names.parts(manifest).items() if part.image.build is not None}
    for name in sorted(digests.keys() - built):
        builds = ", ".join(sorted(built)) or "none"
        raise UsageError(f'{model} builds no image "{name}"; it builds: {builds}')
    for name in sorted(built - digests.keys()):
        raise UsageError(f"the image of {name} has no digest: add --image {name}=sha256:...")


def _commit(root: Path, commit: str | None) -> str:
    try:
        return git(
            root, "rev-parse", "--verify", "--end-of-options", f"{commit or 'HEAD'}^{{commit}}"
        ).strip()
    except UsageError as error:
        raise UsageError(f"--commit: {error}") from error
