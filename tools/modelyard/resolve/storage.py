"""Where a workload keeps files, and whether memory holds them: what no platform could make sense of."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.delivery import Delivery
from modelyard.resolve.workload import Path, Workload
from modelyard.values import Memory

# Folders that nothing runs without, and trees that runtimes and platforms fill themselves.
_SYSTEM_FOLDERS = frozenset(
    {"/bin", "/etc", "/lib", "/lib64", "/run", "/sbin", "/usr", "/var", "/var/lib", "/var/run"}
    | {f"/usr/{name}" for name in ("bin", "lib", "local", "local/bin", "local/lib")}
)
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a path in the container
_PLATFORM_TREES = ("/dev/", "/proc/", "/run/secrets/", "/sys/", "/var/run/secrets/")


def check_storage(workload: Workload) -> Iterator[Finding]:
    """Everything that is wrong with volumes, weights and the memory for them, whatever the target."""
    yield from _folders(workload)
    yield from _reserved_folders(workload)
    yield from _memory(workload)


def _folders(workload: Workload) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for volume in workload.volumes:
        path = ("volumes", volume.name)
        # A laptop has none: compose puts a folder of its own in its place.
        if volume.kind == "efs" and not volume.file_system and workload.place.region:
            hint = "ask the platform team to add it under fileSystems of the region"
            yield workload.finding(
                "unknown-file-system", (*path, "efs"), "the file system is not known here", hint
            )
        if volume.path in taken:
            message = f"{volume.path} is the folder of {taken[volume.path]} too"
            yield workload.finding("path-clash", (*path, "path"), message, "mount it elsewhere")
        taken[volume.path] = volume.name
    seen: dict[str, str] = {}
    for delivery in workload.deliveries:
        where = (*delivery_path(workload, delivery), "path")
        if delivery.folder in taken or not delivery.folder:
            message = (
                f"{delivery.folder} is mounted already" if delivery.folder else "a file cannot be put into /"
            )
            yield workload.finding("path-clash", where, message, "put it into a folder of its own")
        if seen.setdefault(delivery.path, delivery.name) != delivery.name:
            message = f"{delivery.path} is where {seen[delivery.path]} is put too"
            yield workload.finding("path-clash", where, message, "choose another path")


def _reserved_folders(workload: Workload) -> Iterator[Finding]:
    """What is mounted there hides what every image or the platform itself has in its place."""
    mounted: list[tuple[Path, str]] = [
        (("volumes", item.name, "path"), item.path) for item in workload.volumes
    ]
    mounted += [((*delivery_path(workload, item), "path"), item.folder) for item in workload.deliveries]
    for path, folder in mounted:
        if folder == SHARED_MEMORY:
            continue  # each target says what it makes of it
        if is_reserved(folder):
            hint = "give weights and volumes a folder of their own, such as /opt/ml/model"
            yield workload.finding(
                "reserved-path", path, f"{folder} belongs to the image or the platform", hint
            )


def is_reserved(folder: str) -> bool:
    """Whether the image or the platform has files of its own there; /dev/shm among them."""
    return folder in _SYSTEM_FOLDERS or f"{folder}/".startswith(_PLATFORM_TREES)


def delivery_path(workload: Workload, delivery: Delivery) -> Path:
    """Where the manifest says of it: among the artifacts, or among the models behind one server."""
    manifest = workload.service or workload.job
    assert manifest is not None
    artifact = manifest.artifacts.get(delivery.name)
    own = artifact is not None and artifact.path.text == delivery.path
    return ("artifacts" if own else "models", delivery.name)


def _memory(workload: Workload) -> Iterator[Finding]:
    for container in workload.containers:
        loaded = (*workload.deliveries, *workload.baked)
        held = sum(item.size_bytes for item in loaded if container.name in item.containers)
        shared = container.resources.shared_memory
        needed = Memory(held + (shared.bytes if shared is not None else 0) + 1)
        memory = container.resources.memory
        if needed > memory:
            message = f"{memory} cannot hold weights and shared memory of {Memory(needed.bytes - 1)}"
            hint = f"ask for at least {Memory(2 * (needed.gibibytes + 1) * 2**29)}"
            yield workload.finding(
                "memory-below-weights", (*container.path, "resources", "memory"), message, hint
            )
