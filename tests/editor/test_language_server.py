"""What people see in an editor: the real yaml-language-server, the committed schemas, every kind of file."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.editor.lsp import Client

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HEADER = "# yaml-language-server: $schema=%s\n"
VERSION = "apiVersion: modelyard.dev/v1\n"
SERVICE = f"{VERSION}kind: Service\nname: fraud\nowner: risk-ml\ndescription: Scores.\ntargets: {{}}\n"
JOB = SERVICE.replace("Service", "Job")
IMAGE = 'image: {reference: "docker.io/library/python@sha256:%s"}\n' % ("0" * 64)
ENVIRONMENT = f"{VERSION}kind: Environment\nname: dev\ndescription: Trials.\ntracks: head\n"
OVERRIDE = f"{VERSION}kind: Override\nmodel: fraud\nreason: More room.\nmanifest:\n"
RELEASE = f"{VERSION}kind: Release\nmodel: fraud\ncommit: {'a' * 40}\nmanifest:\n"
CATALOGUE = f"{VERSION}kind: BaseImages\nimages:\n"
GATE = f"{VERSION}kind: Gate\nenvironments:\n  prod: {{maxBaseAgeDays: 120}}\n"
WAIVERS = f"{VERSION}kind: Waivers\nwaivers:\n"
WAIVER = (
    f"{WAIVERS}- {{fingerprint: '{'0' * 16}', rule: root-user, file: a.yaml, owner: risk-ml, ticket: SEC-1,\n"
    "   reason: It is the case of a test., expires: '2026-12-01'}\n"
)
# A file for each test: what the server still has to say of another cannot be taken for its answer.
FILES = {
    "model": "models/fraud-%d/model.yaml",
    "environment": "environments/dev-%d/environment.yaml",
    "override": "environments/dev/overrides/fraud-%d.yaml",
    "release": "environments/dev/releases/fraud-%d.yaml",
    "base-images": "Dockerfiles-%d/base-images.yaml",
    "gate": "policy-%d/gate.yaml",
    "waivers": "policy-%d/waivers.yaml",
}
NUMBERS = itertools.count(1)


def _skip(reason: str) -> NoReturn:
    assert os.environ.get("CI") != "true", f"{reason}, and CI must not skip this"
    pytest.skip(reason)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A running server and the repository that it looks at, which holds the committed schemas alone."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        _skip("npm is not installed")
    home = tmp_path_factory.mktemp("language-server")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, home)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        _skip(f"npm could not install the language server: {done.stderr.strip()[:200]}")
    root = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "schemas", root / "schemas")
    program = home / "node_modules/yaml-language-server/bin/yaml-language-server"
    client = Client([node, str(program), "--stdio"], root)
    yield client, root
    client.close()


class Editor:
    """One open document; ``|`` in its text is where the cursor is."""

    def __init__(self, server: tuple[Client, Path], kind: str, text: str) -> None:
        self.client, root = server
        self.path = root / (FILES[kind] % next(NUMBERS))
        up = "../" * FILES[kind].count("/")
        marked = HEADER % f"{up}schemas/{kind}.schema.json" + text
        before, _, after = marked.partition("|")
        self.position = {"line": before.count("\n"), "character": len(before.rsplit("\n", 1)[-1])}
        self.client.open(self.path, before + after)

    def complaints(self) -> list[tuple[int, str]]:
        """Line, counted from 0 after the header, and message of everything that is underlined."""
        found = self.client.diagnostics(self.path)
        return [(item["range"]["start"]["line"] - 1, item["message"]) for item in found]

    def offered(self) -> dict[str, str]:
        """What completion offers, with what it says of each."""
        answer = self._ask("completion")
        return {item["label"]: str(item.get("documentation", "")) for item in answer["items"]}

    def hover(self) -> str:
        answer = self._ask("hover")
        return "" if answer is None else str(answer["contents"]["value"])

    def _ask(self, what: str) -> Any:
        document = {"textDocument": {"uri": self.path.as_uri()}, "position": self.position}
        return self.client.request(f"textDocument/{what}", document)


@pytest.mark.parametrize(
    ("kind", "text", "some", "without"),
    [
        ("model", "|\n", {"apiVersion", "kind", "name", "image"}, {"serve", "schedule"}),
        ("model", f"{SERVICE}{IMAGE}|\n", {"serve", "scaling", "models", "sidecars"}, {"schedule", "name"}),
        ("model", f"{JOB}{IMAGE}|\n", {"schedule", "retries", "parallelism"}, {"serve", "scaling"}),
        ("model", f"{SERVICE}{IMAGE}resources:\n  |\n", {"cpu", "memory", "gpu", "storage"}, {"serve"}),
        ("model", "kind: Service\ntargets:\n  |\n", {"ecs", "kubernetes"}, {"cpu"}),
        ("model", "kind: Service\ntargets:\n  ecs:\n    |\n", {"launchType", "loadBalancer"}, {"compute"}),
        ("model", "kind: Job\nsidecars:\n  logs:\n    |\n", {"use", "image", "essential"}, {"serve"}),
        ("environment", f"{ENVIRONMENT}|\n", {"regions", "limits", "defaults", "registry"}, {"image"}),
        ("environment", f"{ENVIRONMENT}limits:\n  |\n", {"cpu", "gpuTypes", "replicas"}, {"regions"}),
        ("environment", f"{ENVIRONMENT}platforms:\n  ecs:\n    |\n", {"cluster"}, {"launchType"}),
        ("override", f"{OVERRIDE}  |\n", {"resources", "scaling", "schedule"}, {"image", "name"}),
        ("override", f"{OVERRIDE}  targets:\n    ecs:\n      |\n", {"launchType"}, {"cluster"}),
        ("release", f"{RELEASE}  kind: Job\n  |\n", {"schedule", "image"}, {"serve", "commit"}),
        ("release", f"{VERSION}kind: Release\n|\n", {"commit", "images", "manifest"}, {"owner"}),
        ("base-images", f"{CATALOGUE}  python-3.12-slim:\n    |\n", {"digest", "sources"}, {"images"}),
        ("gate", f"{GATE}|\n", {"blocks", "maxWaiverDays", "exclusions"}, {"maxBaseAgeDays"}),
        ("gate", f"{GATE}  dev:\n    |\n", {"maxBaseAgeDays", "podSecurity"}, {"blocks"}),
        ("waivers", f"{WAIVERS}  - |\n", {"fingerprint", "owner", "expires", "ticket"}, {"waivers"}),
    ],
)
def test_completion_offers_the_fields_of_the_place_with_their_descriptions(
    server: tuple[Client, Path], kind: str, text: str, some: set[str], without: set[str]
) -> None:
    offered = Editor(server, kind, text).offered()
    assert some <= offered.keys()
    assert without.isdisjoint(offered)
    assert all(offered[name].endswith((".", '"')) for name in some)


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("model", "kind: |\n", {"Service", "Job"}),
        ("model", "kind: Job\narchitecture: |\n", {"amd64", "arm64"}),
        ("model", "kind: Service\ntargets:\n  ecs:\n    launchType: |\n", {"FARGATE", "FARGATE_SPOT", "EC2"}),
        ("environment", "tracks: |\n", {"head", "releases"}),
        ("base-images", f"{CATALOGUE}  slim:\n    architectures:\n      - |\n", {"amd64", "arm64"}),
        ("gate", f"{GATE}blocks: |\n", {"low", "medium", "high", "critical"}),
        ("gate", f"{GATE}  dev:\n    podSecurity: |\n", {"baseline", "restricted"}),
    ],
)
def test_completion_offers_the_values_that_there_are(
    server: tuple[Client, Path], kind: str, text: str, values: set[str]
) -> None:
    assert values <= Editor(server, kind, text).offered().keys()


@pytest.mark.parametrize(
    ("kind", "text", "line", "message"),
    [
        ("model", f"{SERVICE}{IMAGE}resorces: {{}}\n", 7, "Property resorces is not allowed."),
        ("model", f"{SERVICE}{IMAGE}scaling: {{min: two}}\n", 7, 'Incorrect type. Expected "integer".'),
        ("model", f"{SERVICE}{IMAGE}scaling: {{max: 2000}}\n", 7, "Value is above the maximum of 1000."),
        ("model", f"{SERVICE}{IMAGE}timeout: 5m\n", 7, "Property timeout is not allowed."),
        ("model", f"{SERVICE}image: {{}}\n", 6, "One of build, reference, catalogue is due."),
        ("model", f"{JOB}{IMAGE}serve: {{}}\n", 7, "Property serve is not allowed."),
        ("model", f"{JOB}{IMAGE}timeout: soon\n", 7, 'Write "90s", "5m" or "1h30m".'),
        ("environment", f"{ENVIRONMENT}acount: 1\n", 5, "Property acount is not allowed."),
        ("environment", f"{ENVIRONMENT}account: 111122223333\n", 5, 'Incorrect type. Expected "string".'),
        ("override", f"{OVERRIDE}  image: {{}}\n", 5, "Property image is not allowed."),
        (
            "override",
            f"{OVERRIDE}  scaling: {{max: a}}\n",
            5,
            "Incorrect type. Expected one of integer, null.",
        ),
        ("base-images", f"{CATALOGUE}  slim: {{tags: [a]}}\n", 3, "Property tags is not allowed."),
        ("base-images", f"{CATALOGUE}  slim: {{architectures: a}}\n", 3, 'Incorrect type. Expected "array".'),
        ("gate", f"{GATE}block: high\n", 4, "Property block is not allowed."),
        ("gate", f"{GATE}maxWaiverDays: 1000\n", 4, "Value is above the maximum of 365."),
        ("waivers", WAIVER.replace("expires", "until"), 4, "Property until is not allowed."),
    ],
)
def test_mistakes_are_underlined(
    server: tuple[Client, Path], kind: str, text: str, line: int, message: str
) -> None:
    assert (line, message) in Editor(server, kind, text).complaints()


@pytest.mark.parametrize("kind", ["Service", "Job"])
def test_the_manifest_in_a_release_is_checked_like_a_model(server: tuple[Client, Path], kind: str) -> None:
    manifest = "".join(f"  {line}\n" for line in f"{SERVICE}{IMAGE}".replace("Service", kind).splitlines())
    assert Editor(server, "release", RELEASE + manifest).complaints() == []
    complaints = Editor(server, "release", f"{RELEASE}{manifest}  unknown: 1\n  user: 0\n").complaints()
    assert sorted(complaints) == [
        (12, "Property unknown is not allowed."),
        (13, 'Incorrect type. Expected "string".'),
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("model", f"{SERVICE}{IMAGE}resources: {{cpu: 2, memory: 4Gi}}\nserve: {{startup: 5m}}\n"),
        ("model", f"{JOB}{IMAGE}schedule: {{cron: '30 2 * * *'}}\n"),
        ("environment", f"{ENVIRONMENT}platforms: {{}}\nlimits: {{replicas: 2}}\n"),
        ("override", f"{OVERRIDE}  scaling: {{max: 8, memory: null}}\n  volumes: null\n"),
        ("base-images", f"{VERSION}kind: BaseImages\nimages: {{}}\n"),
        ("gate", f"{GATE}blocks: high\nexclusions: [{{path: tests, reason: Nothing of it runs.}}]\n"),
        ("waivers", WAIVER),
        ("waivers", f"{VERSION}kind: Waivers\nwaivers: []\n"),
    ],
)
def test_what_is_right_is_not_underlined(server: tuple[Client, Path], kind: str, text: str) -> None:
    assert Editor(server, kind, text).complaints() == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("model", f"{SERVICE}{IMAGE}resour|ces: {{}}\n", "What one replica gets."),
        ("model", f"{SERVICE}{IMAGE}serve:\n  dr|ain: 60s\n", 'after SIGTERM. Write "90s", "5m" or "1h30m".'),
        (
            "model",
            f"{JOB}{IMAGE}para|llelism: 2\n",
            "How many copies run at once; JOB\\_COMPLETION\\_INDEX tells",
        ),
        ("environment", f"{ENVIRONMENT}secret|Prefix: dev/\n", "What the names of its secrets begin with."),
        ("override", f"{OVERRIDE}  scaling:\n    ma|x: 8\n", "The most there may be. In replicas."),
        ("release", f"{RELEASE}  kind: Job\n  own|er: risk-ml\n", "The team that answers for it"),
        ("base-images", f"{CATALOGUE}  slim:\n    dig|est: x\n", "What is pulled."),
        ("gate", f"{GATE}blo|cks: high\n", "The mildest level of a detection that blocks."),
        ("waivers", f"{WAIVERS}- ti|cket: SEC-1\n", "Where the mending is tracked."),
    ],
)
def test_hover_shows_the_description(server: tuple[Client, Path], kind: str, text: str, said: str) -> None:
    assert said in Editor(server, kind, text).hover()


def test_the_lock_file_names_no_host_to_load_from() -> None:
    assert '"resolved"' not in (HERE / "package-lock.json").read_text()
