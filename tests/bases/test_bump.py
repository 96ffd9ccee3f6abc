"""`tools/bases bump`: what is taken over, what is refused, and what is left as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bases.conftest import World, pair
from tests.cli.command import contents
from tests.support.oci_faults import Status
from tests.support.oci_images import Image, image, index
from tests.support.oci_registry import OciRegistry

Push = Callable[..., str]
OLD = "2026-08-25T10:00:00Z"
CREATED = "org.opencontainers.image.created"
NEW = "2026-11-10T12:00:00Z"


def moved(pushed: Push, key: str = "base", new: Image | None = None) -> tuple[str, str]:
    return pushed(key, pair(OLD)), pushed(key, new or pair(NEW))


def test_a_new_digest_reaches_the_dockerfiles(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    world.write(world.entry("base", old, more="    # kept\n    python: '3.12'\n"))
    assert world.bases("check").code == 1
    from tests.cli.command import good

    good(world.root, "render")
    dockerfile = world.root / "Dockerfiles/echo/Dockerfile"
    assert old in dockerfile.read_text()
    outcome = world.bases("bump")
    assert (outcome.code, outcome.err) == (0, "")
    assert new in dockerfile.read_text()
    assert old not in dockerfile.read_text()
    assert good(world.root, "render", "--check").out
    assert world.bases("check").code == 0
    text = world.path.read_text()
    assert f"    digest: {new}\n" in text
    assert "    created: 2026-11-10\n" in text
    assert "    # kept\n    python: '3.12'\n" in text
    assert "bases/base-" in outcome.out
    assert "1 Dockerfile" in outcome.out
    before = contents(world.root)
    again = world.bases("bump")
    assert (again.code, again.out) == (0, "every entry is up to date\n")
    assert contents(world.root) == before


def test_the_sources_say_which_registry_said_it(world: World, pushed: Push) -> None:
    old, new = moved(pushed, new=pair(NEW, annotated=True))
    sources = "    sources:\n      digest: 'somebody''s file'\n      supportedUntil: \"a page\"  # kept\n"
    world.write(world.entry("base", old, more=sources))
    assert world.bases("bump").code == 0
    member = min(one.digest for one in pair(NEW, annotated=True).children)
    host = world.registry.host
    assert world.path.read_text().endswith(
        "    sources:\n"
        f"      digest: 'registry {host}, tag v1 of team/base (OCI image index)'\n"
        f'      architectures: "registry {host}, platforms of {new}"\n'
        f'      created: "registry {host}, annotation {CREATED} of {member} in the index"\n'
        '      supportedUntil: "a page"  # kept\n'
    )


def test_a_date_that_nobody_had_recorded(world: World, pushed: Push) -> None:
    """The digest is the same: what is known of it now is its date, and the other sources stay."""
    digest = pushed("base", pair(OLD))
    world.write(
        world.entry("base", digest, created="unknown", more="    sources:\n      digest: a public file\n")
    )
    assert world.bases("bump").code == 0
    text = world.path.read_text()
    assert "    created: 2026-08-25\n" in text
    assert "      digest: a public file\n" in text
    assert text.count("registry") == 1


def test_more_processors(world: World, pushed: Push) -> None:
    digest = pushed("base", pair(OLD))
    world.write(world.entry("base", digest, architectures="[arm64]  # one"))
    assert world.bases("bump").code == 0
    assert "    architectures: [arm64, amd64]  # one\n" in world.path.read_text()


@pytest.mark.parametrize(
    ("new", "fields", "why"),
    [
        (index([image(created=NEW)]), {}, "does not exist for arm64"),
        (pair("2026-08-25T09:59:59Z"), {}, "before the recorded digest"),
        (pair("2026-11-22T00:05:01Z"), {}, "not yet"),
        (pair("1970-01-01T00:00:00Z"), {}, "nothing says when it was made"),
    ],
)
def test_what_a_machine_must_not_take(
    world: World, pushed: Push, new: Image, fields: dict[str, str], why: str
) -> None:
    old, _ = moved(pushed, new=new)
    world.write(world.entry("base", old, **fields))
    before = contents(world.root)
    outcome = world.bases("bump", "--format", "json")
    (finding,) = outcome.json["findings"]
    assert outcome.code == 1
    assert finding["rule"] == "base-bump-refused"
    assert why in finding["message"]
    assert (outcome.json["bumped"], outcome.json["branch"]) == ([], None)
    assert contents(world.root) == before


def test_a_rollback_is_seen_by_the_recorded_date_where_the_old_digest_is_gone(
    world: World, pushed: Push
) -> None:
    old, _ = moved(pushed, new=pair("2026-08-24T00:00:00Z"))
    world.registry.remove("team/base", old)
    world.write(world.entry("base", old))
    assert "before the recorded digest" in world.bases("bump").out
    pushed("base", pair(NEW))
    assert world.bases("bump").code == 0


def test_a_failing_lookup_leaves_the_others_alone(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    broken = pushed("broken", pair(OLD))
    world.write(world.entry("broken", broken), world.entry("base", old))
    world.registry.fault(Status(503, retry_after="999"), "/v2/team/broken/*")
    outcome = world.bases("bump", "--format", "json")
    assert outcome.code == 1
    assert [one["rule"] for one in outcome.json["findings"]] == ["base-lookup-failed"]
    assert [one["key"] for one in outcome.json["bumped"]] == ["base"]
    assert new in world.path.read_text()
    assert broken in world.path.read_text()


def test_only_the_keys_that_are_named(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    other = pushed("other", pair("2026-08-25T11:00:00Z"))
    newer = pushed("other", pair("2026-11-11T11:00:00Z"))
    world.write(world.entry("base", old), world.entry("other", other))
    assert world.bases("bump", "other").code == 0
    text = world.path.read_text()
    assert (old in text, new in text, other in text, newer in text) == (True, False, False, True)


def test_a_dry_run_is_a_patch_and_writes_nothing(world: World, pushed: Push) -> None:
    from tests.cli.command import git

    old, new = moved(pushed)
    world.write(world.entry("base", old))
    before = contents(world.root)
    outcome = world.bases("bump", "--dry-run")
    assert outcome.code == 0
    assert contents(world.root) == before
    git(world.root, "init", "--quiet")
    git(world.root, "apply", "-", stdin=outcome.out)
    assert new in world.path.read_text()


def test_what_a_pull_request_needs(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    other, _ = moved(pushed, "other")
    world.write(world.entry("base", old), world.entry("other", other))
    from tests.cli.command import good

    good(world.root, "render")
    text = world.path.read_bytes()
    found = world.bases("bump", "--format", "json").json
    assert found["title"] == "Renew 2 base images"
    assert found["message"].splitlines()[2] == (f"base: {old[:19]} -> {new[:19]} (2026-08-25 → 2026-11-10)")
    assert found["bumped"][0]["dockerfiles"] == ["Dockerfiles/echo/Dockerfile"]
    assert found["rendered"]["echo"] >= 1
    assert f"| base | `v1` | `{old[:19]}` → `{new[:19]}` |" in found["body"]
    world.path.write_bytes(text)
    markdown = world.bases("bump", "--format", "markdown")
    assert f"Branch: `{found['branch']}`" in markdown.out
    assert found["message"] in markdown.out


def test_a_model_that_is_broken_is_told(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    world.write(world.entry("base", old, architectures="[amd64, arm64]"))
    manifest = world.root / "models/echo/model.yaml"
    manifest.write_text(manifest.read_text() + "nonsense: 1\n")
    outcome = world.bases("bump")
    assert outcome.code == 1
    assert "models/echo/model.yaml" in outcome.out
    assert new in world.path.read_text()


def test_what_changed_meanwhile_is_not_overwritten(world: World, pushed: Push) -> None:
    from modelyard.bases import apply
    from modelyard.write import WriteError

    world.write(world.entry("base", pushed("base", pair(OLD))))
    change = apply.catalogue_change(b"what was read", b"what is new")
    with pytest.raises(WriteError, match="changed since"):
        apply.write_catalogue(world.root, change)


def test_an_entry_that_cannot_be_changed_in_place(world: World, pushed: Push) -> None:
    old, new = moved(pushed)
    flow = world.entry("odd", old, repository=f"{world.registry.host}/team/base").split("\n")
    one_line = f"  odd: {{{', '.join(line.strip() for line in flow[1:-1])}}}\n"
    world.write(one_line, world.entry("base", old))
    outcome = world.bases("bump", "--format", "json")
    assert outcome.code == 1
    assert [one["rule"] for one in outcome.json["findings"]] == ["base-not-editable"]
    assert one_line in world.path.read_text()
    assert new in world.path.read_text()


def test_a_registry_with_tokens(world: World) -> None:
    with OciRegistry(auth="token") as registry:
        world.registry = registry
        old = registry.push("team/base", None, pair(OLD))
        registry.push("team/base", "v1", pair(NEW))
        world.write(world.entry("base", old))
        assert world.bases("bump").code == 0
