"""Building with podman or buildah: the same library, two names for its commands.

Images are made in Docker's format and their configuration is written anew: ``store`` says why. Everything in
a layer is dated with one constant: these engines take a layer from their cache whatever date it was made
with, so another date for each commit would make what comes out depend on what was built before.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modelyard.engines import logs, store
from modelyard.engines.api import LAYER_DATE, BuildRequest, Built, EngineError, EngineName
from modelyard.engines.process import answer, call, ending

_BUILD_SECONDS, _PUSH_SECONDS, _SECONDS = 7200, 3600, 120
# A secret that no step asks for: its source tells our working containers from those of other builds.
_MARK = "modelyard-build"


@dataclass(frozen=True)
class _Storage:
    """Where images are kept. ``remote``: in another machine, whose files we cannot read."""

    root: Path
    driver: str
    remote: bool


class Podman:
    """Builds with podman or buildah of this machine."""

    def __init__(self, name: Literal["podman", "buildah"], program: str, version: str) -> None:
        self.name: EngineName = name
        self.version = version
        self._program = program

    def describe(self, request: BuildRequest) -> tuple[str, ...]:
        """The command that builds; Builder.describe."""
        words = [
            self._program,
            "build",
            "--format=docker",
            f"--timestamp={LAYER_DATE}",
            "--identity-label=false",
        ]
        words += ["--layers", "--force-rm", "--pull=missing", *([] if request.cache else ["--no-cache"])]
        words += [f"--network={request.network}"] if request.network else []
        words += [f"--platform={platform}" for platform in request.platforms]
        words += [f"--label={name}={value}" for name, value in sorted(request.labels.items())]
        words += [f"--build-context={name}={path}" for name, path in sorted(request.contexts.items())]
        words += [f"--secret=id={name},src={path}" for name, path in sorted(request.secrets.items())]
        words += [f"--secret=id={_MARK},src={request.folder / _MARK}", f"--iidfile={request.folder / 'iid'}"]
        words += [f"--file={request.dockerfile}", f"--ignorefile={request.ignore_file}", str(request.context)]
        return tuple(words)

    def build(self, request: BuildRequest, log: Path, stop: threading.Event | None = None) -> Built:
        """Builds, names and, where asked, pushes or saves the image; Builder.build."""
        if len(request.platforms) != 1:
            raise EngineError(f"{self.name} builds one platform at a time: for an index, use docker buildx")
        if request.attest:
            raise EngineError(f"{self.name} makes no provenance and no SBOM: use docker buildx for --attest")
        storage = self._storage()
        (request.folder / _MARK).touch(mode=0o600)
        try:
            self._logged(list(self.describe(request)), request, log, stop, _BUILD_SECONDS)
        except BaseException:
            self._clean(storage, request.folder)
            raise
        image = (request.folder / "iid").read_text().strip().removeprefix("sha256:")
        return self._finish(image, storage, request, log, stop)

    def _finish(
        self, image: str, storage: _Storage, request: BuildRequest, log: Path, stop: threading.Event | None
    ) -> Built:
        steps, cached = logs.counts(logs.read(log))
        size, digest = 0, ""
        if not storage.remote:
            stored = store.read_image(storage.root, storage.driver, image)
            plain = request.folder / "plain"
            plain.mkdir()
            image, size = store.write_plain(stored, request.created, plain), stored.size
            digest = store.manifest_digest(plain)
            self._logged([self._program, "pull", "--quiet", f"dir:{plain}"], request, log, stop, _SECONDS)
        self._logged([self._program, "tag", image, *request.tags], request, log, stop, _SECONDS)
        if request.push:
            for tag in request.tags:
                digest = self._send([image, f"docker://{tag}"], "v2s2", request, log, stop)
        archived = ""
        if request.archive is not None:
            to = f"oci-archive:{request.archive}:{request.tags[0].rpartition(':')[2]}"
            archived = self._send([image, to], "oci", request, log, stop)
        digest = digest or self._local_digest(image)
        return Built(
            digest, f"sha256:{image}", size, steps, cached, archived, reproducible=not storage.remote
        )

    def _send(
        self, what: list[str], form: str, request: BuildRequest, log: Path, stop: threading.Event | None
    ) -> str:
        file = request.folder / "digest"
        command = [self._program, "push", "--quiet", f"--format={form}", f"--digestfile={file}", *what]
        self._logged(command, request, log, stop, _PUSH_SECONDS)
        return file.read_text().strip()

    def _logged(
        self, command: list[str], request: BuildRequest, log: Path, stop: threading.Event | None, seconds: int
    ) -> None:
        """Runs one command whose words go to the log. Raises what the log says where it fails."""
        done = call(command, seconds, stop, {"TMPDIR": str(_scratch(request.folder))}, log)
        if done.code != 0:
            raise logs.failure(f"{self.name} {command[1]} {ending(done.code)}", logs.read(log))

    def _storage(self) -> _Storage:
        words = [self._program, "info"] + (["--format=json"] if self.name == "podman" else [])
        try:
            said = json.loads(answer(words, _SECONDS))
            kept = {key.lower(): value for key, value in said["store"].items()}
            remote = bool(said["host"].get("serviceIsRemote", False))
            return _Storage(Path(kept["graphroot"]), str(kept["graphdrivername"]), remote)
        except (ValueError, KeyError, TypeError) as error:
            raise EngineError(f"`{' '.join(words)}` does not say where images are kept: {error!r}") from error

    def _local_digest(self, image: str) -> str:
        said = answer([self._program, "image", "inspect", "--format={{.Digest}}", image], _SECONDS)
        return said.strip()

    def _clean(self, storage: _Storage, folder: Path) -> None:
        """Removes the working containers that a build of ours left behind, as one that was killed does."""
        if storage.remote:
            return
        above = storage.root / f"{storage.driver}-containers"
        mark = os.fsencode(folder / _MARK)
        for name in sorted(os.listdir(above)) if above.is_dir() else ():
            record = above / name / "userdata" / "buildah.json"
            if record.is_file() and mark in record.read_bytes():
                answer([self._program, "rm", *(["--force"] if self.name == "podman" else []), name], _SECONDS)


def _scratch(folder: Path) -> Path:
    """A temporary folder for the engine, in ours; but its cache mounts stay where they always are.

    They are in TMPDIR, under names of which older and newer versions each know one.
    """
    scratch = folder / "tmp"
    if not scratch.exists():
        scratch.mkdir()
        for name in ("buildah-cache", f"buildah-cache-{os.getuid()}"):
            lasting = folder.parent / name
            lasting.mkdir(exist_ok=True)
            (scratch / name).symlink_to(lasting)
    return scratch
