"""`tools/bases check` against a registry with chosen dates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bases.conftest import World, pair
from tests.support.oci_faults import Endless, HangUp, Lie, Slow, Status
from tests.support.oci_images import Image, attestation, image, index

Push = Callable[..., str]


def test_nothing_to_do(world: World, pushed: Push) -> None:
    world.write(
        world.entry("base", pushed("base", pair("2026-08-25T10:00:00Z")), supportedUntil="2026-12-23")
    )
    outcome = world.bases("check")
    assert (outcome.code, outcome.err) == (0, "")
    words = outcome.out.splitlines()[1].split()
    assert words[:2] == ["base", "v1"]
    assert words[3:] == ["2026-08-25", "88", "days", "2026-12-23", "up", "to", "date"]


def test_a_tag_that_moved(world: World, pushed: Push) -> None:
    old = pushed("base", pair("2026-08-25T10:00:00Z"))
    new = pushed("base", pair("2026-11-10T00:00:00Z"))
    world.write(world.entry("base", old))
    outcome = world.bases("check", "--format", "json")
    (finding,) = outcome.json["findings"]
    assert (finding["rule"], finding["line"], finding["column"]) == ("base-tag-moved", 6, 10)
    assert finding["path"] == "Dockerfiles/base-images.yaml"
    assert "2026-11-10" in finding["message"]
    (base,) = outcome.json["bases"]
    assert (base["digest"], base["tagDigest"]) == (old, new)
    assert (base["made"], base["tagMade"], base["ageDays"]) == (
        "2026-08-25T10:00:00Z",
        "2026-11-10T00:00:00Z",
        88,
    )


def test_a_digest_that_is_gone(world: World, pushed: Push) -> None:
    gone = pushed("base", pair("2026-08-25T10:00:00Z"))
    pushed("base", pair("2026-11-10T00:00:00Z"))
    world.registry.remove("team/base", gone)
    world.write(world.entry("base", gone))
    assert world.rules() == {"base base-digest-gone", "base base-tag-moved"}


def test_an_index_whose_member_is_gone(world: World, pushed: Push) -> None:
    whole = pair("2026-08-25T10:00:00Z")
    pushed("base", whole)
    world.registry.remove("team/base", whole.children[0].digest)
    world.write(world.entry("base", whole.digest))
    assert world.rules() == {"base base-lookup-failed"}


def test_a_tag_that_is_gone(world: World, pushed: Push) -> None:
    world.write(world.entry("base", pushed("base", pair("2026-08-25T10:00:00Z"), tag=None)))
    assert world.rules() == {"base base-tag-gone"}


@pytest.mark.parametrize(
    "made",
    [
        index([image(created="2026-08-26T00:00:00Z"),
               image(architecture="arm64", created="2026-08-25T23:59:59Z")]),
        index([image(created="2026-08-25T23:59:59.123456789Z", docker=True),
               image(architecture="arm64", created="2026-08-26T01:00:00+02:00", docker=True)], docker=True),
        pair("2026-08-25T00:00:00Z", annotated=True),
        index([image(created=None, annotations={"org.opencontainers.image.created": "2026-08-25T00:00:00Z"}),
               image(architecture="arm64", variant="v8")]),
        index([image(created=None), image(created=None, architecture="arm64")],
              annotations={"org.opencontainers.image.created": "2026-08-25T00:00:00Z"}),
        index([image(), image(architecture="arm64"), attestation(image()),
               image(architecture="s390x", created="2001-01-01T00:00:00Z")]),
    ],
)  # fmt: skip
def test_the_oldest_of_the_processors_counts(world: World, pushed: Push, made: Image) -> None:
    """By the index' annotation of it, else by its own, else by its configuration, else by the index' own."""
    world.write(world.entry("base", pushed("base", made)))
    assert world.rules() == set()


@pytest.mark.parametrize(
    "zero", ["1970-01-01T00:00:00Z", "1980-01-01T00:00:01Z", "0001-01-01T00:00:00Z", "yesterday", ""]
)
def test_a_date_that_is_none(world: World, pushed: Push, zero: str) -> None:
    """An image that one processor has no date of has none: it may be older than what the others say."""
    made = index([image(), image(architecture="arm64", created=zero)])
    world.write(world.entry("base", pushed("base", made), created="unknown"))
    assert world.rules() == set()
    (base,) = world.bases("check", "--format", "json").json["bases"]
    assert (base["made"], base["ageDays"]) == (None, None)


def test_one_processor(world: World, pushed: Push) -> None:
    world.write(world.entry("base", pushed("base", image(architecture="arm64")), architectures="[arm64]"))
    assert world.rules() == set()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"created": "2026-08-24"}, "base-created-differs"),
        ({"created": "unknown"}, "base-created-differs"),
        ({"architectures": "[amd64]"}, "base-architectures-differ"),
        ({"supportedUntil": "2026-11-21"}, "base-support-ended"),
        ({"supportedUntil": "2026-11-22"}, "base-support-ends-soon"),
        ({"supportedUntil": "2026-12-22"}, "base-support-ends-soon"),
    ],
)
def test_a_fact_that_is_not_so(world: World, pushed: Push, fields: dict[str, str], rule: str) -> None:
    world.write(world.entry("base", pushed("base", pair("2026-08-25T10:00:00Z")), **fields))
    outcome = world.bases("check", "--format", "json")
    (finding,) = outcome.json["findings"]
    (name, value), *_ = fields.items()
    line = world.path.read_text().splitlines()[finding["line"] - 1]
    assert finding["rule"] == rule
    assert line.strip() == f"{name}: {value}"
    assert line[finding["column"] - 1 :] == value


def test_a_processor_that_is_missing(world: World, pushed: Push) -> None:
    world.write(world.entry("base", pushed("base", index([image()]))))
    assert world.rules() == {"base base-architectures-differ"}


@pytest.mark.parametrize(("made", "early"), [("2026-11-22T00:04:59Z", False), ("2026-11-22T00:05:01Z", True)])
def test_the_future_begins_behind_the_skew(world: World, pushed: Push, made: str, early: bool) -> None:
    world.write(world.entry("base", pushed("base", pair(made)), created="2026-11-22"))
    assert world.rules() == ({"base base-created-in-future"} if early else set())
    assert world.bases("check", "--max-skew", "1h").code == 0


def test_a_recorded_date_in_the_future(world: World, pushed: Push) -> None:
    world.write(world.entry("base", pushed("base", pair("1970-01-01T00:00:00Z")), created="2027-01-01"))
    assert world.rules() == {"base base-created-in-future"}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Status(401), "malformed"),
        (Status(403), "unauthorized"),
        (Status(429, retry_after="9999"), "rate-limited"),
        (Status(500, retry_after="9999"), "unavailable"),
        (Slow(5), "timed-out"),
        (Endless(), "too-large"),
        (Lie(), "lied"),
        (HangUp(), "unavailable"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_one_failing_lookup_hides_no_other(world: World, pushed: Push, fault: object, kind: str) -> None:
    old = pushed("base", pair("2026-08-25T10:00:00Z"))
    pushed("base", pair("2026-11-10T00:00:00Z"))
    world.write(
        world.entry("broken", pushed("broken", pair("2026-08-25T10:00:00Z"))), world.entry("base", old)
    )
    world.registry.fault(fault, "/v2/team/broken/*")  # type: ignore[arg-type]
    outcome = world.bases("check", "--format", "json", "--timeout", "2s")
    assert outcome.code == 1
    failed = [one for one in outcome.json["findings"] if one["rule"] == "base-lookup-failed"]
    assert failed
    assert all(f"[{kind}]" in one["message"] and one["hint"] for one in failed)
    assert "base-tag-moved" in {one["rule"] for one in outcome.json["findings"]}
    assert [one["key"] for one in outcome.json["bases"]] == ["broken", "base"]


def test_a_registry_that_does_not_answer_is_asked_about_one_thing(world: World, pushed: Push) -> None:
    world.write(world.entry("base", pushed("base", pair("2026-08-25T10:00:00Z"))))
    world.registry.fault(Status(503, retry_after="999"))
    outcome = world.bases("check", "--format", "json")
    assert [one["rule"] for one in outcome.json["findings"]] == ["base-lookup-failed"]


def test_the_formats(world: World, pushed: Push) -> None:
    old = pushed("base", pair("2026-08-25T10:00:00Z"))
    pushed("base", pair("2026-11-10T00:00:00Z"))
    world.write(world.entry("base", old))
    github = world.bases("check", "--format", "github")
    assert github.out.startswith("::error file=Dockerfiles/base-images.yaml,line=6,col=10,")
    sarif = world.bases("check", "--format", "sarif")
    assert sarif.json["version"] == "2.1.0"
    text = world.bases("check")
    assert "Dockerfiles/base-images.yaml:6:10: error[base-tag-moved]" in text.out
    assert text.out == world.bases("check").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nosuch"),
        ("check", "--now", "today"),
        ("check", "--now", "2026-02-30T00:00:00Z"),
        ("check", "--max-skew", "5"),
        ("check", "--max-skew", "25h"),
        ("check", "--timeout", "0s"),
        ("check", "--dry-run"),
        ("check", "--format", "markdown"),
        ("bump", "--format", "sarif"),
    ],
)
def test_wrong_usage(world: World, pushed: Push, arguments: tuple[str, ...]) -> None:
    from tests.cli.command import run

    world.write(world.entry("base", pushed("base", pair("2026-08-25T10:00:00Z"))))
    outcome = run(world.root, "bases", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("modelyard: ")


def test_a_catalogue_that_is_broken(world: World) -> None:
    world.write("  base:\n    tag: [1\n")
    assert world.bases("check").code == 1
    assert world.bases("bump").code == 1
    world.path.unlink()
    assert world.bases("check").code == 2


def test_a_repository_that_no_registry_can_have(world: World, pushed: Push) -> None:
    digest = pushed("base", pair("2026-08-25T10:00:00Z"))
    world.write(
        world.entry("odd", digest, repository=f"{world.registry.host}/a..b/c"), world.entry("base", digest)
    )
    assert world.rules() == {"odd base-lookup-failed"}
