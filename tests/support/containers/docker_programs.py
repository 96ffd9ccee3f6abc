"""Where docker's programs are: this machine's own if they are new enough, else Debian's, only unpacked.

Debian 12 has no buildx, and an engine that knows nothing of the image store of containerd. So there the
packages of Debian 13 are fetched from the mirror that this machine uses anyway, checked by apt's signatures,
and unpacked below the cache: no system package, no service, no rule of a firewall.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.opening import alone

ENGINE, BUILDX = (25, 0), (0, 13)
SUITE, PACKAGES = "trixie", ("docker.io", "docker-cli", "docker-buildx", "containerd")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
HOWTO = f"install docker.io {ENGINE[0]} or newer, and docker-buildx"
_SYSTEM = ("/usr/local/sbin", "/usr/sbin", "/sbin")
_PLUGIN = "docker/cli-plugins/docker-buildx"
_PLUGINS = ("/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec")
_VERSION = re.compile(r"(\d+)\.(\d+)\.")


@dataclass(frozen=True)
class Docker:
    """``path`` is a PATH with everything on it; ``buildx`` is the file of the plugin."""

    path: str
    buildx: Path


def find(cache: Path, *, fetch: bool) -> Docker | str:
    """The programs, or in one sentence why there are none. With ``fetch`` packages may be downloaded."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM])
    if shutil.which("runc", path=path) is None:
        return "runc is not installed"
    plugins = [Path(folder) / _PLUGIN for folder in _PLUGINS]
    reason = found = _usable(path, [Path.home() / ".docker/cli-plugins/docker-buildx", *plugins])
    if isinstance(found, Docker):
        return found
    unpacked = cache / f"docker-of-{SUITE}"
    if not unpacked.is_dir():
        if not fetch:
            return f"{reason}: {HOWTO}"
        if failed := _unpack(cache, unpacked):
            return f"{reason}, and Debian's packages cannot be had: {failed}"
    folders = [str(unpacked / name) for name in ("usr/sbin", "usr/bin")]
    return _usable(os.pathsep.join([*folders, path]), [unpacked / "usr/libexec" / _PLUGIN])


def _usable(path: str, plugins: list[Path]) -> Docker | str:
    """The programs on this PATH if they start and are new enough."""
    for name in ("dockerd", "containerd", "docker"):
        if shutil.which(name, path=path) is None:
            return f"{name} is not installed"
    buildx = next((plugin for plugin in plugins if plugin.is_file()), None)
    if buildx is None:
        return "docker's buildx plugin is not installed"
    program = shutil.which("dockerd", path=path) or ""
    for command, name, oldest in (
        ([program, "--version"], "dockerd", ENGINE),
        ([str(buildx), "version"], "buildx", BUILDX),
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        version = _VERSION.search(done.stdout)
        if version is None:
            return f"{name} does not start here"
        if (int(version[1]), int(version[2])) < oldest:
            return f"{name} {version[0]}* is too old"
    return Docker(path, buildx)


def _unpack(cache: Path, target: Path) -> str:
    """Fetches and unpacks the packages to ``target``; gives why it could not."""
    system = platform.freedesktop_os_release()
    if system.get("ID") != "debian" or not KEYRING.is_file():
        return f"this is {system.get('ID', 'no Debian')}"
    asked = [
        "apt-get",
        "--no-release-info",
        "indextargets",
        "--format",
        "$(RELEASE) $(REPO_URI)",
        "Created-By: Packages",
    ]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    mirrors = [line.split()[1] for line in lines if line.split()[0] == system.get("VERSION_CODENAME")]
    if not mirrors:
        return "apt knows no mirror"
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache), tempfile.TemporaryDirectory(dir=cache) as temporary:
        if target.is_dir():  # another run was faster
            return ""
        try:
            _fetch(Path(temporary), mirrors[0])
        except subprocess.CalledProcessError as error:
            return f"{' '.join(error.cmd[:2])}: {error.stderr.strip().splitlines()[-1:]}"
        (Path(temporary) / "unpacked").rename(target)
    return ""


def _fetch(folder: Path, mirror: str) -> None:
    for name in ("lists/partial", "cache/archives/partial", "packages", "unpacked"):
        (folder / name).mkdir(parents=True)
    sources = folder / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",  # apt's own user cannot write to a folder of ours
    }
    apt = ["apt-get", "--quiet=2", *(f"--option={name}={value}" for name, value in settings.items())]
    _run([*apt, "update"], folder)
    _run([*apt, "download", *(f"{package}/{SUITE}" for package in PACKAGES)], folder / "packages")
    for package in sorted((folder / "packages").iterdir()):
        _run(["dpkg-deb", "--extract", str(package), str(folder / "unpacked")], folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
