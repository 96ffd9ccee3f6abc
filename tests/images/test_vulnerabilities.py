"""What trivy finds, held against the policy of each environment, and waived for one image only."""

from __future__ import annotations

import datetime
from dataclasses import replace

from modelyard.detections import Detection, Level
from modelyard.gate.run import Answer, run
from modelyard.gate.waive import add, entry
from tests.images.bench import DEBIAN, IDNA, NOW, OPENSSL, PYTHON, ZLIB, Bench, good, rules, with_history
from tests.support.oci_images import index
from tests.support.trivy_db import Advisory

LAST_DAY = datetime.date(2026, 11, 23)


def found(bench: Bench, environment: str, reference: str) -> dict[str, Level]:
    seen = bench.in_environment(environment, reference)
    return {rule: one.level for rule, one in seen.items() if rule.startswith("CVE")}


def answer(bench: Bench, reference: str, now: datetime.datetime = NOW) -> Answer:
    order = replace(bench.order, images=(reference,), environments=frozenset({"prod"}), now=now)
    return run(replace(order, scanners=()), lambda done, total: None, lambda text: None)


def test_each_environment_has_its_threshold_and_says_so(bench: Bench) -> None:
    reference = bench.push(good())
    # From critical, and only with a fix: zlib has none, the others are milder.
    assert set(found(bench, "dev", reference).values()) == {Level.LOW}
    assert found(bench, "staging", reference) == {
        "CVE-2099-0001": Level.LOW,
        "CVE-2099-0002": Level.HIGH,
        "CVE-2099-0003": Level.LOW,
    }
    # From medium, fixed or not; whoever names no environment is held to this, the strictest.
    strict = {"CVE-2099-0001": Level.CRITICAL, "CVE-2099-0002": Level.HIGH, "CVE-2099-0003": Level.MEDIUM}
    assert found(bench, "prod", reference) == strict
    assert {one.rule: one.level for one in bench.scan(reference).detections} == {
        **strict,
        "DS-0026": Level.LOW,
    }
    assert found(bench, "of-no-policy", reference) == strict
    said = bench.in_environment("staging", reference)
    unfixed, mild = said["CVE-2099-0001"].message, said["CVE-2099-0003"].message
    assert unfixed.endswith("not fixed yet; does not block: staging asks only for what has a fix")
    assert mild.endswith("does not block: staging begins at high")
    names_package_version_fix_and_image(bench, reference)


def names_package_version_fix_and_image(bench: Bench, reference: str) -> None:
    said = bench.in_environment("prod", reference)
    one = said["CVE-2099-0003"]
    repository, digest = reference.split("@")
    assert (one.tool, one.location.path, one.evidence) == ("trivy", f"image:{repository}", digest)
    assert one.resource == f"idna 3.4 (python-pkg) {IDNA}"
    assert one.message == "idna 3.4 has a medium vulnerability (planted in idna), fixed in 99.0.0"
    assert "99.0.0" in one.hint
    assert said["CVE-2099-0002"].resource == "openssl 3.0.11-1 (debian)"
    assert "tools/bases bump" in said["CVE-2099-0002"].hint


def test_what_blocks_is_at_least_of_the_level_that_blocks(bench: Bench) -> None:
    policy = bench.root / "policy" / "gate.yaml"
    policy.write_text(policy.read_text().replace("blocks: medium", "blocks: critical"))
    reference = bench.push(good())
    assert set(found(bench, "prod", reference).values()) == {Level.CRITICAL}
    assert found(bench, "staging", reference)["CVE-2099-0003"] is Level.LOW


def test_one_of_unknown_severity_counts_as_medium(bench: Bench) -> None:
    bench.know(Advisory("CVE-2099-0009", "zlib", "UNKNOWN"))
    assert found(bench, "prod", bench.push(good())) == {"CVE-2099-0009": Level.MEDIUM}


def test_each_place_of_a_package_is_found(bench: Bench) -> None:
    other = {IDNA.replace("opt/venv", "app/vendored"): PYTHON[IDNA]}
    report = bench.scan(bench.push(good((DEBIAN, PYTHON, other))))
    places = [one for one in report.detections if one.rule == "CVE-2099-0003"]
    assert len({one.fingerprint for one in places}) == len(places) == 2


def test_all_platforms_of_an_index_are_scanned(bench: Bench) -> None:
    images = [good(), good((DEBIAN,), architecture="arm64")]
    report = bench.scan(bench.push(index(images)))
    (ran,) = report.ran
    assert (ran.files, ran.cached, ran.failed) == (2, 0, False)
    assert {one.evidence for one in report.detections} == {one.digest for one in images}
    libraries = {one.evidence for one in report.detections if one.rule == "CVE-2099-0003"}
    assert libraries == {images[0].digest}


def test_the_same_image_is_not_scanned_twice(bench: Bench) -> None:
    reference = bench.push(good())
    first, second = bench.scan(reference), bench.scan(reference)
    assert second.detections == first.detections
    assert (first.ran[0].cached, second.ran[0].cached) == (0, 1)
    assert bench.scan(reference, cached=False).ran[0].cached == 0
    # Another database knows other things.
    bench.know(OPENSSL, updated="2026-11-22T06:00:00Z")
    again = bench.scan(reference, now=NOW + datetime.timedelta(days=1))
    assert again.ran[0].cached == 0
    assert rules(again) == ["CVE-2099-0002", "DS-0026"]


def waive(bench: Bench, one: Detection) -> None:
    add(bench.root, entry(one, "risk-ml", "The library is never called, see the ticket.", "SEC-1", LAST_DAY))


def test_a_waiver_helps_until_its_end_and_for_one_image(bench: Bench) -> None:
    bench.know(ZLIB)
    reference = bench.push(good())
    (one,) = answer(bench, reference).blocking()
    waive(bench, one)
    waived = answer(bench, reference)
    assert waived.passed
    assert next((one.rule, one.waiver) for one in waived.detections) == ("CVE-2099-0001", "SEC-1")
    # The day after its last day.
    late = answer(bench, reference, datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))
    assert {"CVE-2099-0001", "waiver-expired"} <= {one.rule for one in late.blocking()}
    # The same repository, and the same packages in it, in an image that was built anew.
    rebuilt = bench.push(good((DEBIAN, PYTHON, {"app/server.py": b"print()\n"})))
    assert [one.rule for one in answer(bench, rebuilt).blocking()] == ["CVE-2099-0001"]


def test_a_clean_image_passes(bench: Bench) -> None:
    bench.know(Advisory("CVE-2099-0010", "something-else"))
    reference = bench.push(with_history(good(), "RUN /bin/sh -c apt-get install -y curl # buildkit"))
    for environment in ("dev", "prod"):
        said = bench.in_environment(environment, reference)
        # What trivy thinks of the commands that it was built by is hygiene here.
        assert {rule: one.level for rule, one in said.items()} == {"DS-0026": Level.LOW, "DS-0029": Level.LOW}
