"""`docker buildx`, in a daemon of the tests' own: images are built, baked, attested, run and taken away."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from modelyard.build.settings import pip_settings
from tests.build import checkout
from tests.build.index import PASSWORD, Index
from tests.build.index import serving as serving_index
from tests.containers.conftest import DOCKER_REQUIRED
from tests.support.containers import docker_programs, dockerd, images
from tests.support.containers.docker_guard import RUN
from tests.support.containers.dockerd import Docker
from tests.support.containers.programs import Programs
from tests.support.containers.registry import Registry
from tests.support.containers.repository import CACHE, ROOT, Repository
from tests.support.containers.seeds import Seeds
from tests.support.containers.traces import processes, steps, wait_until

pytestmark = pytest.mark.containers
BUILD = str(ROOT / "tools/build")
FLEET = ("menu-recommender", "shelf-vision_stats", "ticket-router")
SECRETS = (PASSWORD, "canary-proxy-91be", "canary-git-77aa")
PREFIX = "org.opencontainers.image."


@pytest.fixture(scope="session")
def docker(found: Programs, local: Registry, digests: dict[str, str]) -> Iterator[Docker]:
    """A daemon with nothing in it, which takes docker.io for the registry on loopback."""
    root = dockerd.become()
    if root is None:
        pytest.skip("a docker daemon of the tests' own needs root")
    programs = docker_programs.find(CACHE, fetch=DOCKER_REQUIRED)
    if isinstance(programs, str):
        pytest.skip(programs)
    layers = [images.base_layer(found.python, CACHE), images.script_layer("sbom_scanner.py", CACHE)]
    scanner = images.image(layers, entrypoint=["/usr/local/bin/python", "/srv/sbom_scanner.py"], command=())
    local.push("docker/buildkit-syft-scanner", "stable-1", scanner)
    with dockerd.serving(programs, CACHE, local.host, root) as daemon:
        yield daemon
        assert daemon("ps", "--all", "--quiet") == "", "a test left a container behind"
        assert os.listdir(daemon.environ["TMPDIR"]) == []


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, found: Programs, digests: dict[str, str]) -> Path:
    """A committed repository with the models ``echo`` (with a requirement) and ``plain`` (without)."""
    key = found.python.catalogue_key
    return checkout.make(tmp_path_factory.mktemp("small") / "repository", key, digests[key])


@pytest.fixture(scope="session")
def index() -> Iterator[Index]:
    with serving_index() as running:
        yield running


@pytest.fixture(scope="session")
def baked(tmp_path_factory: pytest.TempPathFactory, docker: Docker, rendered: Repository) -> dict[str, str]:
    """Digests of images that ``docker buildx bake`` has built of what ``--print-bake`` printed, by target."""
    folder = tmp_path_factory.mktemp("bake")
    file = folder / "docker-bake.json"
    file.write_text(tool(docker, rendered.root, "--all", "--env", "dev", "--network", "host", "--print-bake"))
    pip = pip_settings(os.environ, Path.home())
    (folder / "pip.conf").write_text(pip.pip_conf)
    more = {
        "PIP_CONF": str(folder / "pip.conf"),
        "CA_BUNDLE": str(pip.certificates or os.devnull),
        "BUILDX_BAKE_ENTITLEMENTS_FS": "0",
    }
    command = ["docker", "buildx", "bake", *host_network(docker, folder), "--file", str(file)]
    for target in FLEET:
        output = f"type=docker,dest={folder}/{target}.tar,rewrite-timestamp=true"
        command += ["--set", f"{target}.output={output}"]
    docker.run([*command, "--metadata-file", str(folder / "said"), *FLEET], cwd=rendered.root, more=more)
    said = json.loads((folder / "said").read_text())
    return {target: said[target]["containerimage.digest"] for target in FLEET}


def host_network(docker: Docker, folder: Path) -> list[str]:
    """Arguments of bake: before 0.17 it heeds ``network`` in Compose files only; since then it asks leave."""
    version = re.search(r"v?(\d+)\.(\d+)\.", docker("buildx", "version"))
    assert version is not None
    if (int(version[1]), int(version[2])) >= (0, 17):
        return ["--allow", "network.host"]
    file = folder / "network.yaml"
    services = {target: {"build": {"context": ".", "network": "host"}} for target in FLEET}
    file.write_text(json.dumps({"services": services}))
    return ["--file", str(file)]


def tool(docker: Docker, root: Path, *arguments: str, more: Mapping[str, str] | None = None) -> str:
    """What `tools/build` prints to stdout."""
    return docker.run([BUILD, *arguments, "--root", str(root)], more=more)


def built(docker: Docker, root: Path, *arguments: str, more: Mapping[str, str]) -> dict[str, Any]:
    """What `--metadata` says of the one image."""
    words = (*arguments, "--engine", "docker", "--network", "host", "--metadata", "-")
    (image,) = json.loads(tool(docker, root, *words, more=more))["images"]
    assert isinstance(image, dict)
    return image


def secretive(index: Index) -> dict[str, str]:
    """Settings with passwords, which no image may have."""
    proxy = f"http://user:{SECRETS[1]}@127.0.0.1:9"
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": index.url, "HTTPS_PROXY": proxy}
    return {**settings, "no_proxy": "127.0.0.1", "GIT_CONFIG_GLOBAL": os.devnull}


def blobs(archive: Path) -> dict[str, bytes]:
    """Every file of an archive of an image, unpacked if it is a layer."""
    import gzip

    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        found = {name: file.read() for name, file in files.items() if file is not None}
    return {name: gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for name, one in found.items()}


def clean(archive: Path) -> None:
    """Nothing secret is in any layer, configuration or statement of the image, and the package is."""
    everything = blobs(archive)
    assert any(b"tinydep.py" in content for content in everything.values())
    for name, content in everything.items():
        assert [one for one in SECRETS if one.encode() in content] == [], name


def test_bake_and_tools_build_make_the_same_images(
    docker: Docker, rendered: Repository, baked: dict[str, str]
) -> None:
    words = ["--env", "dev", "--engine", "docker", "--network", "host", "--metadata", "-"]
    said = json.loads(tool(docker, rendered.root, "menu-recommender", "ticket-router", *words))
    assert said["failed"] == []
    for image in said["images"]:
        assert image["digest"] == baked[image["model"]], "bake builds something else"
        assert image["cachedSteps"] == image["steps"] > 5
        assert image["reproducible"] is True
        (tag,) = image["tags"]
        assert tag == rendered.reference(image["model"])
        (config,) = json.loads(docker("image", "inspect", tag))
        labels = config["Config"]["Labels"]
        assert labels[f"{PREFIX}revision"] == image["revision"]
        assert labels[f"{PREFIX}created"] == "2026-11-01T12:00:00Z"
        assert labels[f"{PREFIX}title"] == image["model"]
        assert labels[f"{PREFIX}base.digest"].startswith("sha256:")
        assert config["Config"]["User"] == "10001:10001"
        assert config["Config"]["Healthcheck"]["Test"][0] == "CMD"


def test_it_runs_hardened_and_answers(
    docker: Docker, rendered: Repository, baked: dict[str, str], seeds_of: Seeds, tmp_path: Path
) -> None:
    (folder,) = seeds_of.mounted("ticket-router", "", tmp_path)
    words = ["ticket-router", "--root", str(rendered.root), "--engine", "docker", "--weights", str(folder)]
    words += ["--image", rendered.reference("ticket-router"), "--requests", "20", "--load", "0"]
    said = docker.run([str(ROOT / "tools/run"), *words])
    assert "200, and as models/ticket-router/sample/response.schema.json says" in said
    assert "exit code 0 after SIGTERM" in said


def test_the_same_bytes_and_no_secrets(
    docker: Docker, small: Path, local: Registry, index: Index, tmp_path: Path
) -> None:
    more = secretive(index)
    first = built(docker, small, "echo", "--no-cache", more=more)
    assert index.allowed > 0, "the password was used"
    again = built(docker, small, "echo", "--no-cache", more=more)
    pushed = built(docker, small, "echo", "--push", "--registry", f"{local.host}/docker", more=more)
    assert first["digest"] == again["digest"] == pushed["digest"]
    assert first["cachedSteps"] == 0
    assert pushed["cachedSteps"] == pushed["steps"]
    docker("save", "--output", str(tmp_path / "saved.tar"), first["tags"][0])
    clean(tmp_path / "saved.tar")


def test_provenance_and_sbom(docker: Docker, small: Path, index: Index, tmp_path: Path) -> None:
    image = built(docker, small, "echo", "--attest", "--output", str(tmp_path), more=secretive(index))
    assert image["reproducible"] is False
    assert image["imageId"] == "", "it is an index"
    everything = blobs(tmp_path / "echo.tar")
    statements = [json.loads(one) for one in everything.values() if b'"predicateType"' in one[:1000]]
    kinds = {statement["predicateType"]: statement["predicate"] for statement in statements}
    assert set(kinds) == {"https://slsa.dev/provenance/v0.2", "https://spdx.dev/Document"}
    packages = kinds["https://spdx.dev/Document"]["packages"]
    assert {"name": "tinydep", "versionInfo": "1.0"} in packages
    clean(tmp_path / "echo.tar")


def test_ctrl_c_ends_the_build_in_the_daemon_too(docker: Docker, small: Path, index: Index) -> None:
    command = [BUILD, "echo", "--root", str(small), "--engine", "docker", "--network", "host", "--no-cache"]
    environ = {**docker.environ, **secretive(index)}
    with (
        index.hanging(),
        subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
        ) as process,
    ):
        try:
            assert index.asked.wait(60)
            assert list(steps(docker.folder)) != []
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in said
    wait_until(lambda: not list(steps(docker.folder)))
    assert os.listdir(docker.environ["TMPDIR"]) == []


def test_killed_tests_leave_no_daemon(
    docker: Docker, found: Programs, local: Registry, digests: dict[str, str], tmp_path: Path
) -> None:
    image = f"docker.io/library/python@{digests[found.python.catalogue_key]}"
    command = [
        sys.executable,
        str(Path(__file__).with_name("begun_docker.py")),
        str(tmp_path),
        local.host,
        image,
    ]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools'}"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, process_group=0) as process:
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            wait_until(lambda: list(steps(Path(said["folder"]))))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    folders = [Path(said["folder"]), Path(said["short"])]
    wait_until(lambda: not any(folder.exists() for folder in folders))
    assert [name for name in os.listdir(tmp_path) if name.startswith(RUN)] == []
    assert list(processes(said["folder"])) + list(processes(said["short"])) == []
    mounts = Path("/proc/self/mounts").read_text()
    assert said["folder"] not in mounts
    assert said["short"] not in mounts
