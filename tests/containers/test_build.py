"""Images that are really built here: the same each time, without secrets, and nothing left behind."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.build import checkout
from tests.build.checkout import commit
from tests.build.index import PASSWORD, Index, serving
from tests.support.containers.engine import Engine
from tests.support.containers.programs import Programs
from tests.support.containers.registry import Registry
from tests.support.repo import ROOT

pytestmark = pytest.mark.containers

PROXY_PASSWORD, CA_MARK = "canary-proxy-91be", "canary-bundle-c0de"
PREFIX = "org.opencontainers.image."


class Tool:
    """`tools/build` in a repository, with an engine of the tests' own and pip settings full of secrets."""

    def __init__(self, root: Path, engine: Engine, index: Index, folder: Path) -> None:
        self.root = root
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        bundle = folder / "ca.pem"
        bundle.write_text(f"# {CA_MARK}\n")
        self.environment: Mapping[str, str] = {
            **engine.for_builds,
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT / "tools"),
            "HOME": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index.url,
            "PIP_CERT": str(bundle),
            "HTTPS_PROXY": f"http://user:{PROXY_PASSWORD}@127.0.0.1:9",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "modelyard", "build", *arguments],
            cwd=self.root,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def built(self, *arguments: str) -> dict[str, Any]:
        """The one image that was built, as --metadata says."""
        code, out, err = self(*arguments, "--metadata", "-")
        assert code == 0, err
        (image,) = json.loads(out)["images"]
        assert isinstance(image, dict)
        return image

    def left(self) -> list[str]:
        """What is in the temporary folder; the engine's cache of packages is meant to last."""
        return [name for name in os.listdir(self.temporary) if not name.startswith("buildah-cache")]


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def base(found: Programs, digests: dict[str, str]) -> str:
    return digests[found.python.catalogue_key]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, found: Programs, base: str) -> Path:
    folder = tmp_path_factory.mktemp("template") / "repository"
    return checkout.make(folder, found.python.catalogue_key, base)


@pytest.fixture
def repository(tmp_path: Path, template: Path) -> Path:
    """A committed repository with the models ``echo`` (with a requirement) and ``plain`` (without)."""
    return Path(shutil.copytree(template, tmp_path / "repository"))


@pytest.fixture
def tool(repository: Path, containers: Engine, index: Index, tmp_path: Path) -> Iterator[Tool]:
    tool = Tool(repository, containers, index, tmp_path)
    yield tool
    assert tool.left() == []
    assert containers.left()["containers"] == []


def test_two_builds_are_the_same_bytes_whichever_of_both_engines_builds(tool: Tool) -> None:
    first = tool.built("echo", "--engine", "podman", "--no-cache")
    again = tool.built("echo", "--engine", "buildah", "--no-cache")
    cached = tool.built("echo", "--engine", "podman")
    assert first["digest"] == again["digest"] == cached["digest"]
    assert first["imageId"] == again["imageId"] == cached["imageId"]
    assert (first["cachedSteps"], cached["cachedSteps"]) == (0, cached["steps"])
    assert first["reproducible"] is True


def test_a_commit_changes_the_labels_and_only_the_layers_of_its_files(tool: Tool, containers: Engine) -> None:
    before = containers.inspect("image", tool.built("echo")["imageId"])
    (tool.root / "models/echo/src/app.py").write_text("print('another')\n")
    revision = commit(tool.root)
    after = containers.inspect("image", tool.built("echo")["imageId"])
    assert after["RootFS"]["Layers"][:-1] == before["RootFS"]["Layers"][:-1]
    assert after["RootFS"]["Layers"] != before["RootFS"]["Layers"]
    labels = after["Config"]["Labels"]
    assert labels[f"{PREFIX}revision"] == revision
    assert labels[f"{PREFIX}created"] == "2026-11-01T12:00:00Z"
    assert labels[f"{PREFIX}source"] == "https://example.com/acme/models.git"
    assert labels[f"{PREFIX}base.name"].startswith("docker.io/library/python:")
    assert labels[f"{PREFIX}base.digest"].startswith("sha256:")
    assert after["Created"].startswith("2026-11-01T12:00:00")
    assert {step["created"][:10] for step in after["History"]} == {
        "2026-11-01",
        before["History"][0]["created"][:10],
    }
    assert after["Healthcheck"]["Test"][0] == "CMD"


def test_nothing_of_pip_or_proxies_is_in_the_image(
    tool: Tool, containers: Engine, index: Index, tmp_path: Path
) -> None:
    reference = tool.built("echo")["tags"][0]
    assert index.allowed > 0, "the password was used, by this build or the one that it takes its layers from"
    archive = tmp_path / "image.tar"
    containers.podman("save", "--quiet", "--output", str(archive), reference)
    names, total = set(), 0
    for name, content in members(archive.read_bytes()):
        names.add(name)
        total += len(content)
        for secret in (PASSWORD, PROXY_PASSWORD, CA_MARK, "canary-git-77aa", f"127.0.0.1:{index.port}"):
            assert secret.encode() not in content, f"{secret} is in {name}"
    assert "opt/venv/lib" in " ".join(names)
    assert total > 10_000_000
    environment = containers.inspect("image", reference)["Config"]["Env"]
    assert not [one for one in environment if "proxy" in one.lower() or "PIP" in one]


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file of an archive and of the archives within, such as layers; and the archive's own headers."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            yield f"header of {member.name}", f"{member.name} {member.linkname} {member.pax_headers}".encode()
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                content = file.read()
                content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
                yield member.name, content
                if member.name.endswith((".tar", "/layer.tar")):
                    yield from members(content)


def test_pushed_with_the_digest_that_the_registry_says(tool: Tool, local: Registry) -> None:
    pushed = tool.built("plain", "--registry", f"{local.host}/models", "--push", "--tag", "v1")
    code, out, err = tool("plain", "--registry", f"{local.host}/models", "--push", "--metadata", "-")
    assert code == 0, err
    (known,) = json.loads(out)["images"]
    assert known["built"] is False, "its tag is there"
    assert known["digest"] == pushed["digest"]
    assert [tag.rpartition(":")[2] for tag in pushed["tags"]] == [known["tags"][0].rpartition(":")[2], "v1"]


def test_what_no_commit_gives_is_not_pushed(tool: Tool, local: Registry) -> None:
    (tool.root / "models/plain/src/new.py").write_text("")
    code, _, err = tool("plain", "--registry", f"{local.host}/models", "--push")
    assert code == 2
    assert "models/plain/src/new.py is not as it is committed" in err
    image = tool.built("plain")
    assert image["uncommitted"] is True


def test_an_archive(tool: Tool, tmp_path: Path) -> None:
    image = tool.built("plain", "--output", str(tmp_path / "out"))
    with tarfile.open(tmp_path / "out" / "plain.tar") as tar:
        member = tar.extractfile("./index.json" if "./index.json" in tar.getnames() else "index.json")
        assert member is not None
        assert json.load(member)["manifests"][0]["digest"] == image["archiveDigest"]


def test_a_step_that_fails_does_not_end_the_others(tool: Tool) -> None:
    lock = tool.root / "models/echo/requirements.lock"
    lock.write_text(
        lock.read_text().replace("sha256:", "sha256:" + "0" * 8)[: len(lock.read_text()) - 1] + "\n"
    )
    code, out, err = tool("--all", "--jobs", "2", "--metadata", "-")
    said = json.loads(out)
    assert code == 1
    assert [image["model"] for image in said["images"]] == ["plain"]
    assert said["failed"][0]["reason"] == "a package is not what its hash in the requirements says"
    assert "  | " in err


def test_a_base_that_is_not_there(tool: Tool, base: str) -> None:
    catalogue = tool.root / "Dockerfiles/base-images.yaml"
    catalogue.write_text(catalogue.read_text().replace(base, "sha256:" + "0" * 64))
    subprocess.run(
        [sys.executable, "-m", "modelyard", "render"],
        cwd=tool.root,
        env=tool.environment,
        check=True,
        capture_output=True,
    )
    code, _, err = tool("plain")
    assert code == 1
    assert "the base image is not in its registry" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_interrupted_in_the_middle(tool: Tool, index: Index, number: signal.Signals) -> None:
    with index.hanging():
        process = tool.start("echo", "--no-cache")
        assert index.asked.wait(120)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number is signal.SIGINT else 128 + number)
    assert "Traceback" not in err
    assert engines(tool.root) == []


def test_an_engine_that_is_killed(tool: Tool, index: Index) -> None:
    with index.hanging():
        process = tool.start("echo", "--no-cache")
        assert index.asked.wait(120)
        for child in engines(tool.root):
            os.kill(child, signal.SIGKILL)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "was killed by SIGKILL" in err
    deadline = time.monotonic() + 10
    while engines(tool.root) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert engines(tool.root) == []


def engines(root: Path) -> list[int]:
    """Processes of engines that build from this repository."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[-2:-1] == [os.fsencode(root / "models/echo")]:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk(tool: Tool, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)], check=True)
    try:
        (small / "t").mkdir()
        settings = tmp_path / "storage.conf"
        settings.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{small}/s"\nrunroot = "{small}/r"\n')
        code, _, err = tool("plain", CONTAINERS_STORAGE_CONF=str(settings), TMPDIR=str(small / "t"))
        left = os.listdir(small / "t")
    finally:
        subprocess.run(["umount", "--recursive", "--lazy", str(small)], check=True)
    assert code == 2
    assert "no space is left" in err
    assert [name for name in left if not name.startswith("buildah-cache")] == []
