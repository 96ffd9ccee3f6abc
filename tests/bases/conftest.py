"""A registry, and repositories whose catalogue is what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Outcome, run
from tests.support.oci_images import Image, image, index
from tests.support.oci_registry import OciRegistry
from tests.support.repo import COMMON, lay
from tests.support.resolving import manifest

NOW = "2026-11-22T00:00:00Z"
HEAD = "apiVersion: modelyard.dev/v1\nkind: BaseImages\nimages:\n"


def pair(created: str, *, annotated: bool = False, **more: Any) -> Image:
    """An index for both processors, made at this instant; by annotation in the index, or by configuration."""
    if not annotated:
        return index([image(created=created, architecture=name, **more) for name in ("amd64", "arm64")])
    listed = {"org.opencontainers.image.created": created}
    members = [
        image(created="1970-01-01T00:00:00Z", architecture=name, listed=listed) for name in ("amd64", "arm64")
    ]
    return index(members)


@dataclass
class World:
    """A repository and the one registry that its catalogue names."""

    root: Path
    registry: OciRegistry

    @property
    def path(self) -> Path:
        return self.root / "Dockerfiles" / "base-images.yaml"

    def entry(self, key: str, digest: str, *, tag: str = "v1", more: str = "", **fields: str) -> str:
        """One entry of the catalogue, in the layout of our own."""
        said = {
            "repository": f"{self.registry.host}/team/{key}",
            "tag": tag,
            "digest": digest,
            "architectures": "[amd64, arm64]",
            "created": "2026-08-25",
            **fields,
        }
        return f"  {key}:\n" + "".join(f"    {name}: {value}\n" for name, value in said.items()) + more

    def write(self, *entries: str) -> None:
        self.path.write_text(HEAD + "".join(entries))

    def bases(self, *arguments: str) -> Outcome:
        return run(
            self.root,
            "bases",
            *arguments,
            "--now",
            NOW,
            HOME=str(self.root / "home"),
            FORCE_COLOR="",
            COLUMNS="300",
        )

    def rules(self, *keys: str) -> set[str]:
        """What `check` finds: `KEY rule` of each finding."""
        outcome = self.bases("check", "--format", "json", *keys)
        found = {f"{one['message'].partition(':')[0]} {one['rule']}" for one in outcome.json["findings"]}
        assert outcome.code == (1 if found else 0)
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    lay(tmp_path / "r", COMMON)
    model = tmp_path / "r/models/echo/model.yaml"
    model.parent.mkdir(parents=True)
    model.write_text(manifest().replace("python-3.12-slim", "base"))
    with OciRegistry() as registry:
        yield World(tmp_path / "r", registry)


@pytest.fixture
def pushed(world: World) -> Callable[..., str]:
    """Pushes an image to `team/KEY:v1` and gives its digest."""

    def push(key: str, one: Image, tag: str | None = "v1") -> str:
        return world.registry.push(f"team/{key}", tag, one)

    return push
