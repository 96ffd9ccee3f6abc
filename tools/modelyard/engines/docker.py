"""Building with docker buildx, which is BuildKit.

``rewrite-timestamp`` dates what a build made with one constant and leaves the base's layers as they are. It
works for images that are written to a tar file or pushed by the builder, not for those that a daemon unpacks:
so an image for this machine is written to a file and loaded. The media types are Docker's: SageMaker takes no
others. https://docs.docker.com/build/exporters/,
https://github.com/moby/buildkit/blob/master/docs/build-repro.md
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from modelyard.engines import logs
from modelyard.engines.api import LAYER_DATE, BuildRequest, Built, EngineError, EngineName
from modelyard.engines.process import answer, call, ending

_BUILD_SECONDS, _PUSH_SECONDS, _LOAD_SECONDS, _SECONDS = 7200, 3600, 1800, 60
_CONTAINERD = "docs.docker.com/engine/storage/containerd"
# How a builder that is apart from the daemon sends one image to its registry.
PUSHED = "type=image,push=true,rewrite-timestamp=true,oci-mediatypes=false"
_PUSHED = re.compile(rb"digest: (sha256:[0-9a-f]{64})")
_DRIVER = re.compile(r"^Driver:\s+(\S+)", re.MULTILINE)
_LARGEST_SECRET = 500 * 1024  # of BuildKit
# Build arguments that every builder knows, and that leave no trace in the image.
# https://docs.docker.com/build/building/variables/#pre-defined-build-arguments
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")


class Docker:
    """Builds with the builder that `docker buildx` uses now."""

    def __init__(self, program: str, version: str) -> None:
        self.name: EngineName = "docker"
        self.version = version
        self._program = program

    def describe(self, request: BuildRequest) -> tuple[str, ...]:
        """The command that builds, as for a builder that writes files; Builder.describe."""
        return tuple(self._command(request, _output(request, remote=False)))

    def build(self, request: BuildRequest, log: Path, stop: threading.Event | None = None) -> Built:
        """Builds, names and, where asked, pushes or saves the image; Builder.build."""
        for name, path in request.secrets.items():
            if path.stat().st_size > _LARGEST_SECRET:
                raise EngineError(
                    f"the secret {name} ({path}) is larger than the 500 KiB that BuildKit takes"
                )
        rewrites, remote = self._abilities()
        if not rewrites and (request.archive is not None or request.attest or len(request.platforms) > 1):
            raise EngineError(f"this needs the image store of containerd: {_CONTAINERD}")
        said = self._one(request, _output(request, remote) if rewrites else "type=docker", log, stop)
        steps, cached = logs.counts(logs.read(log))
        file = request.folder / "image.tar"
        if file.exists():
            self._logged([self._program, "load", "--quiet", f"--input={file}"], log, stop, _LOAD_SECONDS)
        digest = said.get("containerimage.digest", "")
        if request.push and not remote:
            digest = self._push(request, log, stop) or digest
        size = 0 if request.push and remote else self._size(request.tags[0])
        archived = ""
        if request.archive is not None:  # from the cache, and by itself: its digest is another one
            output = f"type=oci,dest={request.archive},rewrite-timestamp=true"
            archived = self._one(request, output, log, stop).get("containerimage.digest", "")
        image = said.get("containerimage.config.digest", "")
        return Built(digest, image, size, steps, cached, archived, rewrites and not request.attest)

    def _one(
        self, request: BuildRequest, output: str, log: Path, stop: threading.Event | None
    ) -> Mapping[str, str]:
        """One call of the builder, and what it says of the image."""
        self._logged(self._command(request, output), log, stop, _BUILD_SECONDS)
        said = json.loads((request.folder / "metadata").read_bytes())
        return {name: value for name, value in said.items() if isinstance(value, str)}

    def _command(self, request: BuildRequest, output: str) -> list[str]:
        words = [
            self._program,
            "buildx",
            "build",
            "--progress=plain",
            f"--build-arg=SOURCE_DATE_EPOCH={LAYER_DATE}",
        ]
        words += ["--provenance=mode=min", "--sbom=true"] if request.attest else ["--provenance=false"]
        words += [] if request.cache else ["--no-cache"]
        words += [f"--network={request.network}"] if request.network else []
        # By name only: the value, which may hold a password, comes from the environment.
        words += [f"--build-arg={name}" for name in _proxies(os.environ)]
        words += [f"--platform={','.join(request.platforms)}"]
        words += [f"--tag={tag}" for tag in request.tags]
        words += [f"--label={name}={value}" for name, value in sorted(request.labels.items())]
        words += [f"--build-context={name}={path}" for name, path in sorted(request.contexts.items())]
        words += [f"--secret=id={name},src={path}" for name, path in sorted(request.secrets.items())]
        words += [f"--output={output}"]
        words += [f"--metadata-file={request.folder / 'metadata'}", f"--file={request.dockerfile}"]
        return [*words, str(request.context)]

    def _abilities(self) -> tuple[bool, bool]:
        """Whether layers can be dated anew, and whether the builder is apart from the daemon."""
        match = _DRIVER.search(answer([self._program, "buildx", "inspect"], _SECONDS))
        if match is not None and match[1] != "docker":
            return True, True
        images = answer([self._program, "info", "--format={{json .DriverStatus}}"], _SECONDS)
        return "io.containerd.snapshotter" in images, False

    def _push(self, request: BuildRequest, log: Path, stop: threading.Event | None) -> str:
        for tag in request.tags:
            self._logged([self._program, "push", tag], log, stop, _PUSH_SECONDS)
        pushed = _PUSHED.findall(logs.read(log))
        return pushed[-1].decode() if pushed else ""

    def _size(self, tag: str) -> int:
        return int(answer([self._program, "image", "inspect", "--format={{.Size}}", tag], _SECONDS))

    def _logged(self, command: list[str], log: Path, stop: threading.Event | None, seconds: int) -> None:
        done = call(command, seconds, stop, {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}, log)
        if done.code != 0:
            raise logs.failure(f"docker {command[1]} {ending(done.code)}", logs.read(log))


def _proxies(environment: Mapping[str, str]) -> list[str]:
    known = [name for one in PROXIES for name in (one, one.lower())]
    return [name for name in known if environment.get(name)]


def _output(request: BuildRequest, remote: bool) -> str:
    """What the builder writes. Attestations, and indexes, have only OCI's media types."""
    plain = request.attest or len(request.platforms) > 1
    if request.push and remote:
        return PUSHED if not plain else "type=image,push=true,rewrite-timestamp=true"
    return f"type={'oci' if plain else 'docker'},dest={request.folder / 'image.tar'},rewrite-timestamp=true"
