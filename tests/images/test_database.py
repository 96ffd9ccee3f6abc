"""The vulnerability database: of a known age, whole, and no pass without one."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from modelyard.detections import Detection, Level
from modelyard.errors import UsageError
from modelyard.gate.waivers import is_waivable
from modelyard.images.bolt import Broken, bucket_names
from modelyard.images.database import FOLDER, Database, NoDatabase, database
from modelyard.images.download import source
from tests.images.bench import NOW, ZLIB, Bench, good
from tests.support.oci_faults import Fault, Lie, Status, Truncated
from tests.support.oci_images import Image, artifact, image, index
from tests.support.trivy_db import CONFIG, LAYER, Facts, bolt, metadata, packed, tree

DAY = datetime.timedelta(days=1)
FACTS = Facts((ZLIB,))
GOOD = {"trivy.db": bolt(tree(FACTS)), "metadata.json": metadata(FACTS)}


def get(bench: Bench, now: datetime.datetime = NOW, *, cached: bool = True) -> Database:
    return database(bench.root, source(), now, 3, cached=cached)


def failure(bench: Bench) -> Detection:
    """What the gate says of an image when there is no database: one critical thing."""
    report = bench.scan(bench.push(good()))
    (one,) = report.detections
    assert (one.level, one.tool, report.ran[0].failed) == (Level.CRITICAL, "modelyard", True)
    assert one.hint
    assert not is_waivable(one.tool, one.rule)
    return one


def test_a_fresh_one_is_fetched_once(bench: Bench) -> None:
    first = get(bench)
    assert "debian 12" in first.buckets
    asked = len(bench.registry.seen)
    assert get(bench) == first
    assert len(bench.registry.seen) == asked
    assert get(bench, cached=False) == first
    assert len(bench.registry.seen) > asked


def test_a_new_one_is_fetched_when_it_is_due(bench: Bench) -> None:
    first = get(bench)
    bench.know(ZLIB, updated="2026-11-23T00:10:00Z", next_update="2026-11-24T00:10:00Z")
    assert get(bench) == first
    second = get(bench, NOW + DAY)
    assert second.digest != first.digest
    assert first.folder.is_dir()  # another run may be reading it
    bench.know(ZLIB, updated="2026-11-24T00:10:00Z", next_update="2026-11-25T00:10:00Z")
    third = get(bench, NOW + 2 * DAY)
    folders = {one for one in (bench.root / FOLDER).iterdir() if one.is_dir()}
    assert folders == {second.folder, third.folder}


@pytest.mark.parametrize(
    ("updated", "says"),
    [
        ("2026-11-19T11:59:59Z", "the policy allows 3 days"),
        ("2020-01-01T00:00:00Z", "the policy allows 3 days"),
        ("2026-11-22T12:06:00Z", "still to come"),
        ("2099-01-01T00:00:00Z", "still to come"),
        ("0001-01-01T00:00:00Z", "the policy allows 3 days"),
    ],
)
def test_stale(bench: Bench, updated: str, says: str) -> None:
    bench.know(ZLIB, updated=updated, next_update="2099-01-01T00:00:00Z")
    one = failure(bench)
    assert one.rule == "vulnerability-database-stale"
    assert says in one.message


@pytest.mark.parametrize(
    "updated", ["2026-11-19T12:00:00Z", "2026-11-22T12:04:00Z", "2026-11-22T13:00:00+02:00"]
)
def test_just_fresh_enough(bench: Bench, updated: str) -> None:
    bench.know(ZLIB, updated=updated)
    assert get(bench).updated <= NOW + datetime.timedelta(minutes=5)


def test_one_that_was_fresh_grows_old(bench: Bench) -> None:
    bench.know(ZLIB, next_update="2099-01-01T00:00:00Z")
    get(bench)
    with pytest.raises(NoDatabase, match="allows 3 days"):
        get(bench, NOW + 3 * DAY)


def test_none_there(bench: Bench) -> None:
    bench.registry.tags.clear()
    one = failure(bench)
    assert one.rule == "vulnerability-database-missing"
    assert "trivy-db" in one.message


def test_the_registry_is_down(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELYARD_TRIVY_DB", "127.0.0.1:1/trivy-db:2")
    assert failure(bench).rule == "vulnerability-database-missing"


def test_an_old_one_is_no_substitute_for_a_new_one(bench: Bench) -> None:
    get(bench)
    bench.registry.tags.clear()
    with pytest.raises(NoDatabase) as problem:
        get(bench, NOW + DAY)
    assert problem.value.rule == "vulnerability-database-missing"


@pytest.mark.parametrize(
    ("fault", "path"), [(Status(403), "*/manifests/*"), (Lie(), "*/manifests/2"), (Lie(), "*/blobs/*")]
)
def test_faults_of_its_registry(bench: Bench, fault: Fault, path: str) -> None:
    bench.registry.fault(fault, f"/v2/trivy-db/{path.removeprefix('*/')}")
    with pytest.raises(NoDatabase) as problem:
        get(bench)
    assert problem.value.rule == "vulnerability-database-missing"
    assert not any(one.is_dir() for one in (bench.root / FOLDER).iterdir())


def test_half_of_it(bench: Bench) -> None:
    bench.registry.fault(Truncated(), "/v2/trivy-db/blobs/*")
    with pytest.raises(NoDatabase, match="ended in the middle"):
        get(bench)


BROKEN: dict[str, Image] = {
    "cut off": packed({**GOOD, "trivy.db": GOOD["trivy.db"][:-4096]}),
    "no database": packed({**GOOD, "trivy.db": b"SQLite format 3\0" * 1000}),
    "empty file": packed({**GOOD, "trivy.db": b""}),
    "without advisories": packed({**GOOD, "trivy.db": bolt({"data-source": {}, "vulnerability": {}})}),
    "without buckets": packed({**GOOD, "trivy.db": bolt({})}),
    "of another schema": packed({**GOOD, "metadata.json": metadata(Facts(version=3))}),
    "without metadata": packed({"trivy.db": GOOD["trivy.db"]}),
    "without dates": packed({**GOOD, "metadata.json": b'{"Version": 2}'}),
    "of no time zone": packed({**GOOD, "metadata.json": metadata(Facts(updated="2026-11-22T00:00:00"))}),
    "of no date": packed({**GOOD, "metadata.json": metadata(Facts(updated="yesterday"))}),
    "metadata of another kind": packed({**GOOD, "metadata.json": b"[]"}),
    "metadata that is no JSON": packed({**GOOD, "metadata.json": b"{"}),
    "with a stranger": packed({**GOOD, "../../evil": b"x"}),
    "no archive": artifact(CONFIG, [(LAYER, b"not gzip", {})]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(bench: Bench, name: str) -> None:
    bench.registry.push("trivy-db", "2", BROKEN[name])
    with pytest.raises(NoDatabase) as problem:
        get(bench)
    assert problem.value.rule == "vulnerability-database-unreadable"
    assert list((bench.root / FOLDER).iterdir()) == []


def test_a_broken_one_fails_the_gate(bench: Bench) -> None:
    bench.registry.push("trivy-db", "2", BROKEN["cut off"])
    assert failure(bench).rule == "vulnerability-database-unreadable"


@pytest.mark.parametrize("what", [image(), index([image()]), artifact(CONFIG, [])])
def test_something_else_under_its_name(bench: Bench, what: Image) -> None:
    bench.registry.push("trivy-db", "2", what)
    with pytest.raises(NoDatabase, match="no vulnerability database"):
        get(bench)


@pytest.mark.parametrize("change", ["database", "metadata", "note"])
def test_what_changed_on_disk_is_fetched_anew(bench: Bench, change: str) -> None:
    first = get(bench)
    asked = len(bench.registry.seen)
    if change == "database":
        (first.folder / "trivy.db").write_bytes(b"x" * 4096)
    elif change == "metadata":
        (first.folder / "metadata.json").write_bytes(metadata(Facts(updated="2026-11-22T11:00:00Z")))
    else:
        (bench.root / FOLDER / "current.json").write_text(json.dumps({"digest": "../.."}))
    assert get(bench) == first
    assert len(bench.registry.seen) > asked


def test_its_place_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELYARD_TRIVY_DB", raising=False)
    assert str(source()).endswith("/trivy-db:2")
    monkeypatch.setenv("MODELYARD_TRIVY_DB", "http://example.invalid/db")
    with pytest.raises(UsageError, match="MODELYARD_TRIVY_DB"):
        source()


def test_bucket_names(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    many: dict[str, dict[str, bytes]] = {
        f"bucket {number}": {} for number in range(2000)
    }  # more than one page
    path.write_bytes(bolt(many))
    assert bucket_names(path) == frozenset(many)
    path.write_bytes(bolt(many)[: 10 * 4096])
    with pytest.raises(Broken, match="cut off"):
        bucket_names(path)
