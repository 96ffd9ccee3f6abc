"""Which paths of a host mean what."""

from __future__ import annotations

import posixpath
import re

from modelyard.rules.containers._shared import value_at
from modelyard.subjects.document import Document
from modelyard.subjects.facts import Said

# Sockets by which a container runtime takes orders.
_SOCKET = re.compile(
    r"(?:^|[/\\])(?:docker|dockershim|containerd|crio|cri-dockerd|podman|buildkitd|k3s|firecracker-containerd)\.sock$"
    r"|pipe[/\\](?:docker_engine|containerd-containerd)$",
    re.IGNORECASE,
)
# Folders that a socket lies in, so that mounting them mounts it.
_AROUND_SOCKETS = frozenset(
    {
        "/run",
        "/var/run",
        "/run/containerd",
        "/var/run/containerd",
        "/run/crio",
        "/var/run/crio",
        "/run/podman",
    }
    | {"/var/run/podman", "/run/docker", "/var/run/docker", "/run/k3s/containerd"}
)
# Whoever reads or writes below these has the host, or the credentials of everything on it.
_SENSITIVE = (
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/root",
    "/sys",
    "/usr",
    "/bin",
    "/sbin",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/ecs",
    "/var/lib/kubelet",
    "/var/lib/containers",
    "/opt/cni",
)
# What hardware is reached by; the device plug-ins of Kubernetes and ECS are the better way.
_DEVICES = re.compile(r"/dev/(?:nvidia|neuron|infiniband|dri|kfd|shm)\w*(?:/.*)?$")
_HOMES = re.compile(r"(?:~|\$\{?HOME\}?|/home/[^/]+)(?:/\.(?:aws|ssh|kube|docker|gnupg|config|azure))?/?$")
_WINDOWS = re.compile(r"[a-z]:[/\\]+(?:windows.*|users[/\\]?|programdata.*)?$", re.IGNORECASE)
_CREDENTIALS = re.compile(
    r"(?:^|/)\.(?:aws|ssh|kube|docker|gnupg|azure|netrc|git-credentials)(?:/|$)|/gcloud(?:/|$)"
)


def is_socket(path: str) -> bool:
    """Whether a path is a runtime's socket or a folder that has one in it."""
    return _SOCKET.search(path) is not None or plain(path) in _AROUND_SOCKETS


def is_sensitive(path: str) -> bool:
    """Whether a path is the host's root, system, home with credentials, or the runtime's own files."""
    whole = plain(path)
    if whole == "/" or _HOMES.match(path) or _WINDOWS.match(path) or _CREDENTIALS.search(path):
        return True
    if _DEVICES.match(whole):
        return False
    return any(whole == one or whole.startswith(one + "/") for one in _SENSITIVE) and not _is_clock(whole)


def _is_clock(path: str) -> bool:
    """The time zone of the host, which many mount and nobody can do harm with."""
    return path in ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo")


def plain(path: str) -> str:
    """A path without detours: ``//var/../run/`` is ``/run``."""
    return "/" + posixpath.normpath(path).lstrip("/") if path.startswith("/") else path


def is_own_file(document: Document, said: Said[str]) -> bool:
    """Whether compose mounts a file of the project itself, by a relative path and for reading only."""
    if document.kind != "compose" or not said.value.startswith("."):
        return False
    entry = value_at(document, said.path[:-1] if said.path[-1] == "source" else said.path)
    if isinstance(entry, dict):
        return entry.get("read_only") in (True, "true")
    return isinstance(entry, str) and "ro" in entry.rpartition(":")[2].split(",")
