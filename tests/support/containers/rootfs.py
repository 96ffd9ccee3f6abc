"""A root file system like that of ``python:3.12-slim``, gathered from this machine: no network, no root.

A Python, a shell and the programs that the rendered Dockerfiles call, with the shared libraries that they
need. On a machine with dpkg, the packages that own the files stand in ``var/lib/dpkg/status``, so that a
scanner sees an image of that distribution.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.containers.pythons import Python

PROGRAMS = (
    *("sh", "dash", "bash", "env", "cat", "chmod", "chown", "cp", "cut", "date", "dirname", "basename"),
    *("echo", "false", "true", "find", "grep", "sed", "head", "id", "install", "ln", "ls", "mkdir", "mktemp"),
    *("mv", "nproc", "printenv", "pwd", "readlink", "realpath", "rm", "rmdir", "sha256sum", "sleep", "sort"),
    *("stat", "tail", "tar", "tee", "test", "touch", "tr", "uname", "uniq", "wc", "whoami", "xargs", "gzip"),
    *("useradd", "groupadd", "nologin", "getent", "hostname"),
)
# What compiled wheels expect of a slim image, and what glibc opens by name.
LIBRARIES = (
    *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libz.so.1"),
    *("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2", "libstdc++.so.6", "libgcc_s.so.1"),
    "libgomp.so.1",
)
NOT_COPIED = {"__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3"}
NOT_COPIED |= {"site-packages", "dist-packages"}
FOLDERS = {
    "tmp": 0o1777,
    "var/tmp": 0o1777,
    "root": 0o700,
    **dict.fromkeys(
        ("proc", "sys", "dev", "run", "home", "srv", "opt", "var/log", "etc", "usr/lib64"), 0o755
    ),
}
ACCOUNTS = {
    "etc/passwd": (
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        0o644,
    ),
    "etc/group": ("root:x:0:\nnogroup:x:65534:\n", 0o644),
    "etc/shadow": ("root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n", 0o640),
    "etc/gshadow": ("root:*::\nnogroup:!::\n", 0o640),
    "etc/nsswitch.conf": ("passwd: files\ngroup: files\nhosts: files dns\n", 0o644),
}
_SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"

Source = Path | bytes


class Rootfs:
    """What goes where. Paths in the image have no leading slash; files are (source or content, mode)."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[Source, int]] = {}
        self.links: dict[str, str] = {}
        self.from_packages: set[str] = set()  # paths of this machine that a package may own

    def put(self, path: str, source: Source, mode: int = 0o644) -> None:
        self.files[path] = (source, mode)

    def put_system_file(self, path: str) -> None:
        """A program or library of this machine, at its place under /usr."""
        self.from_packages.add(path)
        self.put(_merged(path), Path(os.path.realpath(path)), 0o755)

    def write(self, target: Path) -> None:
        """The tar: the same content gives the same bytes, whatever the times and owners here are."""
        folders = dict(FOLDERS)
        for path in (*self.files, *self.links, *FOLDERS):
            for parent in list(Path(path).parents)[:-1]:
                folders.setdefault(parent.as_posix(), 0o755)
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
            for path in sorted(folders.keys() - self.links.keys()):
                archive.addfile(_member(path, tarfile.DIRTYPE, folders[path]))
            for path in sorted(self.links.keys() - self.files.keys()):
                member = _member(path, tarfile.SYMTYPE, 0o777)
                member.linkname = self.links[path]
                archive.addfile(member)
            for path, (source, mode) in sorted(self.files.items()):
                data = source if isinstance(source, bytes) else source.read_bytes()
                member = _member(path, tarfile.REGTYPE, mode)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))


def gather(python: Python) -> Rootfs:
    """Everything of the image; reads only the names and sizes of most files."""
    tree = Rootfs()
    for folder in ("bin", "sbin", "lib", "lib64"):
        tree.links[folder] = f"usr/{folder}"
    binaries = list(_programs(tree))
    binaries += _interpreter(tree, python)
    known = _known_libraries()
    libraries = [known[name] for name in LIBRARIES if name in known]
    # Those of a relocated Python are put where the loader looks without being told.
    for library in sorted({*_needed([*binaries, *libraries]), *libraries}):
        if Path(library).is_relative_to(python.prefix) and python.prefix != Path("/usr"):
            tree.put(f"usr/lib/{Path(library).name}", Path(os.path.realpath(library)), 0o755)
        else:
            tree.put_system_file(library)
    _configuration(tree, python)
    _packages(tree)
    return tree


def _member(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(path)
    member.type, member.mode, member.mtime = kind, mode, 0
    return member


def _merged(path: str) -> str:
    """Where a path of this machine is in an image whose /bin, /lib and the like are links into /usr."""
    return re.sub(r"^/?(lib64|lib|bin|sbin)/", r"usr/\1/", path).lstrip("/")


def _programs(tree: Rootfs) -> Iterator[str]:
    for name in PROGRAMS:
        found = shutil.which(name, path=_SYSTEM_PATH)
        if found is not None:
            real = os.path.realpath(found)
            tree.from_packages.add(real)
            tree.put(f"usr/{'sbin' if 'sbin' in found else 'bin'}/{name}", Path(real), 0o755)
            yield real


def _interpreter(tree: Rootfs, python: Python) -> Iterator[str]:
    """Python below /usr/local, as the official images have it, with pip from its wheel."""
    library = f"usr/local/lib/python{python.version}"
    tree.put(f"usr/local/bin/python{python.version}", python.executable, 0o755)
    for name in ("python3", "python"):
        tree.links[f"usr/local/bin/{name}"] = f"python{python.version}"
    yield str(python.executable)
    for folder, folders, names in os.walk(python.stdlib):
        folders[:] = [one for one in folders if one not in NOT_COPIED and not one.startswith("config-")]
        for name in names:
            path = Path(folder, name)
            if path.suffix in (".a", ".pyc") or name == "EXTERNALLY-MANAGED" or not path.is_file():
                continue
            tree.put(f"{library}/{path.relative_to(python.stdlib).as_posix()}", path.resolve())
            if path.suffix == ".so":
                yield str(path)
    with zipfile.ZipFile(python.wheel) as wheel:
        for name in wheel.namelist():
            if not name.endswith("/"):
                tree.put(f"{library}/{python.site}/{name}", wheel.read(name))
        # Public authorities only: what this machine adds to them comes in at build time, as a secret.
        certificates = wheel.read("pip/_vendor/certifi/cacert.pem")
    tree.put("etc/ssl/certs/ca-certificates.crt", certificates)
    tree.links["usr/lib/ssl/cert.pem"] = "/etc/ssl/certs/ca-certificates.crt"
    tree.links["usr/lib/ssl/certs"] = "/etc/ssl/certs"
    for name in ("pip", "pip3", f"pip{python.version}"):
        tree.put(f"usr/local/bin/{name}", b'#!/bin/sh\nexec python3 -m pip "$@"\n', 0o755)


def _needed(binaries: Iterable[str]) -> set[str]:
    """The shared libraries of all of these, and theirs."""
    done = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=False)
    return set(re.findall(r"^\t(?:\S+ => )?(/\S+) \(0x", done.stdout, re.MULTILINE))


def _known_libraries() -> dict[str, str]:
    """Path of each library that the loader knows, by name; of several, the one it would take."""
    done = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True)
    listed = re.findall(r"^\t(\S+) .*=> (\S+)$", done.stdout, re.MULTILINE)
    return dict(reversed(listed))


def _configuration(tree: Rootfs, python: Python) -> None:
    for path, (text, mode) in ACCOUNTS.items():
        tree.put(path, text.encode(), mode)
    for path in ("etc/debian_version", "etc/login.defs"):
        if Path("/", path).is_file():
            tree.put(path, Path("/", path).resolve())
    tree.put("usr/lib/os-release", Path("/etc/os-release").resolve())
    tree.links["etc/os-release"] = "../usr/lib/os-release"


def _packages(tree: Rootfs) -> None:
    """What dpkg knows of the packages that own the copied files."""
    status = Path("/var/lib/dpkg/status")
    if shutil.which("dpkg-query") is None or not status.is_file():
        return
    asked: set[str] = set()
    for path in tree.from_packages:  # a package may list a file below /lib or below /usr/lib
        merged = f"/{_merged(path)}"
        asked |= {path, merged, merged.removeprefix("/usr")}
    done = subprocess.run(["dpkg-query", "-S", *sorted(asked)], capture_output=True, text=True, check=False)
    owners = {"base-files"}
    for line in done.stdout.splitlines():
        owners |= {name.strip().split(":")[0] for name in line.rpartition(": ")[0].split(",")}
    stanzas = [
        stanza
        for stanza in status.read_text().split("\n\n")
        if (match := re.match(r"\n*Package: (\S+)", stanza)) and match[1] in owners
    ]
    tree.put("var/lib/dpkg/status", ("\n\n".join(stanza.strip("\n") for stanza in stanzas) + "\n").encode())
