"""The images that the examples start from, made here: no registry of the world is asked.

``docker.io/library/python`` is this machine's Python (see rootfs); the images of the AWS command line and of
the sidecars are that one with a layer more. What a layer is made of names it in the cache, so that a second
run makes none; only a few hundred bytes of JSON differ between images of another date.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers import bytecode, rootfs
from tests.support.containers.pythons import Python
from tests.support.containers.registry import Registry
from tests.support.containers.tarring import folder_tar
from tests.support.oci_images import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, Image, descriptor, index, sha256

CREATED = "2026-08-25T00:00:00Z"
STANDINS = Path(__file__).with_name("standins")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
ENV = ("PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")


@dataclass(frozen=True)
class Layer:
    """A compressed tar and the digest of the plain one."""

    packed: bytes
    diff_id: str


def architecture() -> str:
    """This machine's, as images name it."""
    machine = os.uname().machine
    return ARCHITECTURES.get(machine, machine)


def base_layer(python: Python, cache: Path) -> Layer:
    """The root file system; remembered by the paths, sizes and times of what it is copied from."""
    tree = rootfs.gather(python)
    return _cached(
        cache,
        f"base-{python.full}",
        _fingerprint(tree),
        lambda target: bytecode.compiled(tree, python).write(target),
    )


def aws_cli_layer(python: Python, cache: Path) -> Layer:
    """The AWS command line from the package index, by hash, as ``/usr/local/bin/aws``."""
    lock = STANDINS / "aws-cli.lock"

    def write(target: Path) -> None:
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            root = Path(temporary)
            packages = root / "usr/local/lib/aws-cli"
            command = [
                str(python.executable),
                "-I",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--target",
                str(packages),
            ]
            command += [
                "--no-deps",
                "--compile",
                "--require-hashes",
                "--only-binary=:all:",
                "-r",
                str(lock),
            ]
            # Compiled, and by content: the init containers have half a core, and write nothing down.
            environ = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
            done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"pip could not install {lock.name}:\n{done.stderr}"
            shutil.rmtree(packages / "bin", ignore_errors=True)
            program = root / "usr/local/bin/aws"
            program.parent.mkdir(parents=True)
            program.write_text(
                "#!/usr/local/bin/python -I\nimport sys\n"
                "sys.path.insert(0, '/usr/local/lib/aws-cli')\n"
                "from awscli.clidriver import main\nsys.exit(main())\n"
            )
            program.chmod(0o755)
            folder_tar(root, target)

    return _cached(cache, f"aws-cli-{python.version}", lock.read_bytes() + b"compiled", write)


def script_layer(name: str, cache: Path) -> Layer:
    """One of the programs in ``standins``, as ``/srv/<name>``."""
    source = STANDINS / name

    def write(target: Path) -> None:
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            (Path(temporary) / "srv").mkdir()
            shutil.copyfile(source, Path(temporary, "srv", name))
            folder_tar(Path(temporary), target)

    return _cached(cache, name, source.read_bytes(), write)


def image(
    layers: Sequence[Layer],
    *,
    created: str = CREATED,
    entrypoint: Sequence[str] = (),
    command: Sequence[str] = ("python3",),
    user: str = "",
    env: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> Image:
    """An index with one image of this machine's architecture."""
    platform = {"architecture": architecture(), "os": "linux"}
    inner: dict[str, object] = {"Env": [*ENV, *env]}
    inner |= {"Cmd": list(command)} if command else {}
    inner |= {"Entrypoint": list(entrypoint)} if entrypoint else {}
    inner |= {"User": user} if user else {}
    inner |= {"Labels": dict(labels)} if labels else {}
    history = [{"created": created, "created_by": "stand-in made by the tests"} for _ in layers]
    config = {
        **platform,
        "created": created,
        "config": inner,
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": history,
    }
    settings = json.dumps(config).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, settings),
        "layers": [descriptor(OCI_LAYER, layer.packed) for layer in layers],
    }
    blobs = {sha256(data): data for data in (settings, *(layer.packed for layer in layers))}
    single = Image(OCI_MANIFEST, json.dumps(manifest).encode(), blobs, (), platform)
    return index([single], annotations={"org.opencontainers.image.created": created})


def publish(registry: Registry, python: Python, cache: Path) -> dict[str, str]:
    """Pushes what the examples name, under its real path; gives digests by entry of the catalogue."""
    base = base_layer(python, cache)
    collector, router = (script_layer(name, cache) for name in ("otel_collector.py", "log_router.py"))
    aws = image([base, aws_cli_layer(python, cache)], entrypoint=["/usr/local/bin/aws"])
    program = "/usr/local/bin/python"
    standins = {
        python.catalogue_key: ("library/python", image([base])),
        "aws-cli": ("aws-cli/aws-cli", aws),
        "otel-collector": (
            "aws-observability/aws-otel-collector",
            image([base, collector], entrypoint=[program, "/srv/otel_collector.py"], command=()),
        ),
        "fluent-bit": (
            "aws-observability/aws-for-fluent-bit",
            image([base, router], entrypoint=[program, "/srv/log_router.py"], command=()),
        ),
    }
    return {key: registry.push(path, "stand-in", made) for key, (path, made) in standins.items()}


def _fingerprint(tree: rootfs.Rootfs) -> bytes:
    modules = [Path(module.__file__ or "").read_text() for module in (rootfs, bytecode)]
    parts = [*modules, repr(sorted(tree.links.items()))]
    for path, (source, mode) in sorted(tree.files.items()):
        if isinstance(source, bytes):
            what = hashlib.sha256(source).hexdigest()
        else:
            status = source.stat()
            what = f"{source} {status.st_size} {status.st_mtime_ns}"
        parts.append(f"{path} {mode:o} {what}")
    return "\n".join(parts).encode()


def _cached(cache: Path, name: str, content: bytes, write: Callable[[Path], None]) -> Layer:
    """The layer whose tar ``write`` makes, unless ``cache`` has one made from this content."""
    cache.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{hashlib.sha256(content).hexdigest()[:16]}"
    packed, note = cache / f"{stem}.tar.gz", cache / f"{stem}.diff-id"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be making the same one
        return _made(cache, name, packed, note, write)


def _made(cache: Path, name: str, packed: Path, note: Path, write: Callable[[Path], None]) -> Layer:
    if not note.exists():
        for old in cache.glob(f"{name}-*"):
            old.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            plain = Path(temporary, "layer.tar")
            write(plain)
            data = plain.read_bytes()
            fresh = Path(temporary, "packed")
            fresh.write_bytes(gzip.compress(data, 1, mtime=0))
            fresh.rename(packed)
        note.write_text(sha256(data))  # comes last: a layer without it is made anew
    return Layer(packed.read_bytes(), note.read_text())
