"""How an image is configured: user, age, base. No scanner is needed for it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from modelyard.detections import Detection, Level
from modelyard.gate.image import _bases
from modelyard.gate.policy import load_policy
from modelyard.images import settings
from modelyard.images.demand import Demand, demand_of
from modelyard.images.remote import images_of
from modelyard.oci.reference import Reference
from modelyard.spec.policy import Gate
from tests.images.bench import LABELS, NOW, Bench, good

BASE = "org.opencontainers.image.base.digest"


def judged(bench: Bench, environment: str = "prod", **more: Any) -> dict[str, Detection]:
    """What is said of an image that is configured so, by rule."""
    (image,) = images_of(Reference.parse(bench.push(good(**more))))
    gate = load_policy(bench.root).gate
    demand = demand_of(gate, {environment})
    return {one.rule: one for one in settings.detections(image, demand, _bases(bench.root), NOW)}


def gate_of(bench: Bench) -> Gate:
    gate = load_policy(bench.root).gate
    assert gate is not None
    return gate


def test_a_good_one(bench: Bench) -> None:
    assert judged(bench) == {}


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "00", "root:root", "0:10001", ":10001", "000:1"])
def test_root(bench: Bench, user: str) -> None:
    (one,) = judged(bench, config={"User": user}).values()
    assert (one.rule, one.level) == ("image-runs-as-root", Level.HIGH)


@pytest.mark.parametrize("user", [None, 0, [], {}])
def test_no_user_at_all(bench: Bench, user: Any) -> None:
    assert list(judged(bench, config={"User": user})) == ["image-runs-as-root"]
    assert list(judged(bench, config={})) == ["image-runs-as-root"]


@pytest.mark.parametrize(
    ("user", "rule"),
    [
        ("app", "image-user-by-name"),
        ("app:10001", "image-user-by-name"),
        ("-1", "image-user-by-name"),
        ("10001:0", "image-root-group"),
        ("10001:root", "image-root-group"),
    ],
)
def test_users_that_may_be_root(bench: Bench, user: str, rule: str) -> None:
    assert list(judged(bench, config={"User": user})) == [rule]


@pytest.mark.parametrize(
    ("created", "rule"),
    [
        ("2026-08-24T11:59:59Z", "image-too-old"),
        ("1970-01-01T00:00:00Z", "image-too-old"),
        ("2026-11-22T12:06:00Z", "image-created-in-future"),
        ("2026-11-23T00:00:00+14:00", ""),
        ("9999-12-31T23:59:59-12:00", "image-of-unknown-date"),
        (None, "image-of-unknown-date"),
        ("", "image-of-unknown-date"),
        ("yesterday", "image-of-unknown-date"),
        ("2026-11-20T00:00:00", "image-of-unknown-date"),
        ("2026-08-24T12:00:00Z", ""),
        ("2026-11-22T12:04:59.999999999Z", ""),
    ],
)
def test_age(bench: Bench, created: str | None, rule: str) -> None:
    assert list(judged(bench, created=created)) == ([rule] if rule else [])


def test_an_unknown_date_is_allowed_where_the_policy_says_so(bench: Bench) -> None:
    assert judged(bench, "dev", created=None) == {}
    assert judged(bench, "dev", created="2026-06-01T00:00:00Z") == {}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, ["image-base-unknown"]),
        ({BASE: ""}, ["image-base-unknown"]),
        ({BASE: "sha256:" + "0" * 64}, ["image-base-not-in-catalogue"]),
        ({BASE: "python:3.12"}, ["image-base-not-in-catalogue"]),
        ({BASE: "sha256:" + "cd" * 32}, ["image-base-too-old", "image-base-out-of-support"]),
        (LABELS, []),
    ],
)
def test_base(bench: Bench, labels: dict[str, str], expected: list[str]) -> None:
    assert list(judged(bench, labels=labels)) == expected


def test_a_catalogue_that_cannot_be_read_approves_of_nothing(bench: Bench) -> None:
    (bench.root / "Dockerfiles" / "base-images.yaml").write_text("[")
    assert list(judged(bench)) == ["image-base-not-in-catalogue"]


def test_each_is_bound_to_the_image(bench: Bench) -> None:
    first = judged(bench, config={"User": "0"})["image-runs-as-root"]
    second = judged(bench, config={"User": "0", "Env": ["A=1"]})["image-runs-as-root"]
    assert first.location == second.location
    assert first.fingerprint != second.fingerprint


def test_the_strictest_of_all_environments(bench: Bench) -> None:
    gate = gate_of(bench)
    assert demand_of(gate, {"dev"}) == Demand(Level.CRITICAL, True, 180, True, 3, Level.MEDIUM, "dev")
    assert demand_of(gate, {"dev", "staging"}) == Demand(
        Level.HIGH, True, 120, False, 3, Level.MEDIUM, "dev and staging"
    )
    strictest = Demand(Level.MEDIUM, False, 90, False, 3, Level.MEDIUM, "the strictest environment")
    assert demand_of(gate, None) == demand_of(gate, {"dev", "unknown"}) == demand_of(gate, set()) == strictest
    assert demand_of(None, None).severity is Level.LOW


def test_days_are_counted_from_the_given_time(bench: Bench) -> None:
    (image,) = images_of(Reference.parse(bench.push(good())))
    demand = demand_of(gate_of(bench), {"prod"})
    later = NOW + datetime.timedelta(days=100)
    found = [one.rule for one in settings.detections(image, demand, _bases(bench.root), later)]
    assert found == ["image-too-old", "image-base-too-old"]
