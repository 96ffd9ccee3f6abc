"""From a loaded model to its workloads and image builds: the resolve stage, for one model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from modelyard.findings import Finding, Location
from modelyard.load import layout
from modelyard.load.context import ContextReader
from modelyard.load.model import LoadedModel, decode_manifest
from modelyard.load.runtime import filled
from modelyard.load.shared import LoadedEnvironment, Shared
from modelyard.resolve import images
from modelyard.resolve.build import build_workload
from modelyard.resolve.layers import layered
from modelyard.resolve.places import places
from modelyard.resolve.runtimes import check_runtimes, content_digest, own_node
from modelyard.resolve.workload import ImageBuild, Path, Workload
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.layer import find
from modelyard.spec.manifest import Job, Service


@dataclass(frozen=True)
class ResolvedModel:
    """A model in every place that it runs in.

    ``builds`` are the images of the manifest at head. ``skipped`` says of environments where nothing
    is rendered why that is so.
    """

    name: str
    builds: Mapping[str, ImageBuild]
    workloads: tuple[Workload, ...]
    skipped: Mapping[str, str]


class ModelResolver:
    """Resolves one model; what is wrong with it goes to the decoder's findings.

    ``recipe`` gives the text that an image is built by: a part of the tag of its inputs.
    """

    def __init__(
        self,
        model: LoadedModel,
        shared: Shared,
        decoder: Decoder,
        context: ContextReader,
        recipe: Callable[[ImageBuild], bytes],
    ) -> None:
        self.recipe = recipe
        self.model = model
        self.shared = shared
        self.decoder = decoder
        self.context = context
        self.skipped: dict[str, str] = {}

    def resolve(self, only: frozenset[str] | None = None) -> ResolvedModel:
        """``only`` names the environments that are asked for; None means all of them."""
        manifest, tree = self.model.manifest, self.model.tree
        builds: Mapping[str, ImageBuild] = {}
        tags: Mapping[str, str] = {}
        if manifest is not None and tree is not None:
            self._check_names(manifest, tree)
            self._check_bases(manifest, tree)
            self._check_files(manifest, tree)
            found = check_runtimes(manifest, tree, self.shared.runtimes, self.context)
            self.decoder.findings.extend(found)
            builds = images.builds(manifest, self.shared.catalogue, self.shared.runtimes)
            tags = self._tags(builds, tree)
        workloads: list[Workload] = []
        for name, environment in self.shared.environments.items():
            if only is None or name in only:
                workloads += self._in_environment(environment, builds, tags)
        return ResolvedModel(self.model.name, builds, tuple(workloads), self.skipped)

    def _report(self, rule: str, location: Location, message: str, hint: str) -> None:
        self.decoder.findings.append(Finding(rule, location, message, hint))

    def _check_names(self, manifest: Service | Job, tree: MappingNode) -> None:
        from modelyard.findings.nearest import did_you_mean

        for index, name in enumerate(manifest.environments):
            if name not in self.shared.environments and name not in self.shared.broken:
                where = find(tree, ("environments", index))[0].location
                hint = did_you_mean(name, self.shared.environments)
                self._report("unknown-environment", where, f'there is no environment "{name}"', hint)
        known = {region for item in self.shared.environments.values() for region in item.spec.regions}
        for index, region in enumerate(manifest.regions):
            # An environment that cannot be read may be the one that has it.
            if region not in known and not self.shared.broken:
                where = find(tree, ("regions", index))[0].location
                self._report(
                    "unknown-region", where, f"no environment is in {region}", did_you_mean(region, known)
                )

    def _check_bases(self, manifest: Service | Job, tree: MappingNode) -> None:
        from modelyard.findings.nearest import did_you_mean

        for name, part in images.parts(manifest).items():
            build, known = part.image.build, self.shared.catalogue.images
            key = part.image.catalogue or (build.base if build is not None else None)
            path = ("image", "catalogue") if part.image.catalogue else ("image", "build", "base")
            where = own_node(tree, _prefix(manifest, name), *path).location
            if key is not None and key not in known:
                hint = did_you_mean(key, known)
                self._report("unknown-base", where, f'"{key}" is not in {layout.CATALOGUE}', hint)
            elif (
                part.image.catalogue
                and manifest.architecture not in known[part.image.catalogue].architectures
            ):
                message = f"{key} does not exist for {manifest.architecture}, which the model is meant for"
                hint = f"choose another, or set architecture: {known[part.image.catalogue].architectures[0]}"
                self._report("architecture-not-in-base", where, message, hint)

    def _check_files(self, manifest: Service | Job, tree: MappingNode) -> None:
        for name, part in images.parts(manifest).items():
            if part.serve is None:
                continue
            for key, path in (("sample", part.serve.sample), ("response", part.serve.response)):
                if path is not None:
                    where = find(tree, (*_prefix(manifest, name), "serve", key))[0].location
                    self.context.exists(path.text, where)

    def _tags(self, builds: Mapping[str, ImageBuild], tree: MappingNode) -> dict[str, str]:
        def at(build: ImageBuild, *path: str) -> Location:
            prefix: Path = () if build.repository == build.model else ("containers", build.container)
            return find(tree, (*prefix, *path))[0].location

        tags = {}
        for name, build in builds.items():
            where = at(build, "image", "build", "source"), at(build, "image", "build", "requirements")
            content = content_digest(self.context, build, *where, at(build, "runtime"))
            tags[name] = images.input_tag(self.recipe(build), build.architecture, content)
        return tags

    def _in_environment(
        self, environment: LoadedEnvironment, builds: Mapping[str, ImageBuild], tags: Mapping[str, str]
    ) -> Iterator[Workload]:
        env = environment.spec.name
        release = self.model.releases.get(env)
        source, tree = layout.manifest(self.model.name), self.model.tree
        if environment.spec.tracks == "releases":
            if release is None:
                head = self.model.manifest
                meant = head is None or not head.environments or env in head.environments
                self.skipped[env] = "no release" if meant else "not meant for it"
                return
            if not isinstance(release.spec.manifest, MappingNode):
                hint = "write it with tools/release, which freezes the manifest"
                self._report("missing-field", release.tree.location, "the release has no manifest", hint)
                return
            source, tree = layout.release(env, self.model.name), release.spec.manifest
        elif release is not None and release.spec.manifest is not None:
            where = release.spec.manifest.location
            self._report("misplaced-field", where, f"{env} tracks head: it freezes no manifest", "remove it")
        if tree is None:
            return
        merged = filled(layered(environment.defaults, tree, self.model.overrides.get(env)))
        manifest = decode_manifest(merged, self.decoder)
        if (
            manifest is None
            or not self._is_own(manifest, merged)
            or not self._meant_for(manifest, environment, merged)
        ):
            return
        if environment.spec.tracks == "releases":
            builds, tags = images.builds(manifest, self.shared.catalogue, self.shared.runtimes), {}
        digests = dict(release.spec.images) if release is not None else {}
        if environment.spec.tracks == "releases" and not self._all_digests(manifest, digests, env):
            return
        for place in places(environment.spec, manifest.regions):
            pullers = _pull_accounts(environment, self.shared)
            yield build_workload(
                manifest, place, self.shared.catalogue, builds, digests, tags, pullers, source, merged
            )

    def _is_own(self, manifest: Service | Job, tree: MappingNode) -> bool:
        """What a release froze must be this model: its name decides which folders are written."""
        if manifest.name == self.model.name:
            return True
        where = find(tree, ("name",))[0].location
        if where.path != layout.manifest(self.model.name):  # there it was reported as it was loaded
            message = f'"{manifest.name}" is in a file of {self.model.name}'
            self._report("name-differs-from-file", where, message, f"write {self.model.name}")
        return False

    def _meant_for(self, manifest: Service | Job, environment: LoadedEnvironment, tree: MappingNode) -> bool:
        env, regions = environment.spec.name, environment.spec.regions
        if manifest.environments and env not in manifest.environments:
            self.skipped[env] = "not meant for it"
            return False
        if regions and manifest.regions and not any(region in regions for region in manifest.regions):
            self.skipped[env] = "in none of its regions"
            if env in manifest.environments:
                where = find(tree, ("regions",))[0].location
                hint = f"name one of {', '.join(regions)}, or take {env} from environments"
                self._report("no-region", where, f"{env} is in none of these regions", hint)
            return False
        return True

    def _all_digests(self, manifest: Service | Job, digests: Mapping[str, str], env: str) -> bool:
        from modelyard.findings.nearest import did_you_mean

        release, good = self.model.releases[env], True
        built = [name for name, part in images.parts(manifest).items() if part.image.build is not None]
        for name in digests:
            if name not in built:
                where = find(release.tree, ("images", name))[0].location
                hint = did_you_mean(name, built) or "take it away: this model builds no image"
                self._report("unknown-container", where, f'the model builds no image "{name}"', hint)
                good = False
        for name in built:
            if name not in digests:
                where = find(release.tree, ("images",))[0].location
                hint = f"add {name}: sha256:..., the digest that the build pushed"
                self._report(
                    "missing-digest", where, f"the release has no digest for the image of {name}", hint
                )
                good = False
        return good


def _prefix(manifest: Service | Job, container: str) -> Path:
    return ("containers", container) if manifest.containers else ()


def _pull_accounts(environment: LoadedEnvironment, shared: Shared) -> tuple[str, ...]:
    """The accounts of every environment that pulls from this environment's registry."""
    registry = environment.spec.registry
    return tuple(
        sorted(
            {
                other.spec.account
                for other in shared.environments.values()
                if registry is not None and other.spec.registry == registry and other.spec.account is not None
            }
        )
    )
