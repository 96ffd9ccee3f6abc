"""`bench/serving` is honest: right answers only, and true verdicts."""

from __future__ import annotations

import json
import re

import pytest

from bench.results import Verdict
from bench.servers.asking import Plan
from bench.servers.contestants import CONTESTANTS
from bench.servers.figures import Figures, Sample, Start, spread, verdicts
from bench.servers.main import LOCK, chosen
from bench.servers.page import Conditions, as_json, markdown
from bench.servers.payloads import (
    CONTRACT,
    LARGE,
    OPEN_INFERENCE,
    PAYLOADS,
    SMALL,
    Dialect,
    Different,
    expected,
)


@pytest.mark.parametrize("dialect", [CONTRACT, OPEN_INFERENCE], ids=lambda one: one.path)
def test_only_the_right_answer_is_one(dialect: Dialect) -> None:
    flat = [value for row in expected(SMALL.rows) for value in row]
    said = {CONTRACT: {"predictions": [flat]}, OPEN_INFERENCE: {"outputs": [{"shape": [1, 3], "data": flat}]}}
    SMALL.check(dialect, json.dumps(said[dialect]).encode())
    flat[1] += 1e-6
    with pytest.raises(Different, match="another"):
        SMALL.check(dialect, json.dumps(said[dialect]).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b'{"predictions": 3}', b'{"predictions": [[1, 2]]}', b"\xff"])
def test_an_answer_of_another_shape_is_none(body: bytes) -> None:
    with pytest.raises(Different):
        SMALL.check(CONTRACT, body)


def test_both_dialects_send_the_same_numbers() -> None:
    sent = json.loads(LARGE.body(OPEN_INFERENCE))["inputs"][0]
    assert sent["shape"] == [1000, 4]
    assert sent["data"] == [one for row in json.loads(LARGE.body(CONTRACT))["instances"] for one in row]


def test_probabilities_are_some() -> None:
    assert all(abs(sum(row) - 1) < 1e-12 and min(row) > 0 for row in expected(LARGE.rows))


def test_a_spread_is_median_and_ends() -> None:
    found = spread([3.0, 1.0, 2.0, 9.0])
    assert (found.median, found.low, found.high) == (2.5, 1.0, 9.0)


def figures(**of: list[tuple[float, float]]) -> Figures:
    """Figures of the small payload by key (with _ for -): p50 and rate, round by round."""
    made = Figures()
    for key, rounds in of.items():
        who = key.replace("_", "-")
        for number, (p50, rate) in enumerate(rounds):
            made.samples.append(Sample(number, who, SMALL.name, 20, p50, 2 * p50, rate, 5e-5, 0.4))
            made.starts.append(Start(number, who, 0.5 + number, 40 * 2**20))
    return made


def verdict(made: Figures, *words: str) -> Verdict:
    (found,) = (
        one
        for one in verdicts(made, CONTESTANTS, [SMALL])
        if all(word in f"{one.target} {one.measured}" for word in words)
    )
    return found


@pytest.mark.parametrize(("p50", "met"), [(1.3, True), (1.31, False)])
def test_bare_uvicorn_on_the_same_loop_is_the_measure(p50: float, met: bool) -> None:
    made = figures(runtime_uvloop=[(p50, 1.0)], bare_uvloop=[(1.0, 1.0)], bare_asyncio=[(100.0, 1.0)])
    assert verdict(made, "p50", "uvloop").met is met


def test_ratios_are_of_one_round() -> None:
    """The second round was disturbed, for both alike."""
    made = figures(
        runtime_asyncio=[(1.1, 1.0), (8.8, 1.0), (1.2, 1.0)], bare_asyncio=[(1, 1), (8, 1), (1, 1)]
    )
    assert verdict(made, "p50", "asyncio").measured == "1.10 times (1.10 to 1.20)"


def test_mlserver_is_taken_at_its_best() -> None:
    made = figures(
        runtime_asyncio=[(1, 10.0)],
        mlserver=[(1, 2.0)],
        mlserver_workers=[(1, 11.0)],
        mlserver_custom=[(1, 10)],
    )
    assert verdict(made, "Open Inference").met is False
    assert "workers" in verdict(made, "Open Inference").measured
    assert verdict(made, "`/invocations`").met is False  # as many are not more


def test_what_was_not_measured_is_open() -> None:
    assert {one.met for one in verdicts(Figures(), CONTESTANTS, PAYLOADS)} == {None}
    assert list(verdicts(Figures(), chosen(["client"]), PAYLOADS)) == []


def test_only_takes_a_server_or_all_its_ways() -> None:
    assert [one.key for one in chosen(["mlserver", "bare-uvloop"])] == [
        "bare-uvloop",
        "mlserver",
        "mlserver-workers",
        "mlserver-custom",
    ]
    assert chosen([]) == list(CONTESTANTS)


def test_the_page_says_what_was_measured_where() -> None:
    made = figures(runtime_asyncio=[(0.00011, 9000.0), (0.00012, 8000.0)], bare_asyncio=[(0.0001, 9500.0)])
    some = chosen(["runtime-asyncio", "bare-asyncio", "mlserver"])
    conditions = Conditions(Plan(20, 4, 0.1, 2), 2, some, [SMALL], {"uvicorn": "0.1"}, "2026-11-22")
    found = list(verdicts(made, some, [SMALL]))
    page = markdown(made, found, conditions)
    assert "2026-11-22: " in page
    assert "uvicorn 0.1." in page
    assert (
        "| modelyard-server, asyncio | 0.12 ms (0.11 ms to 0.12 ms) | 0.23 ms (0.22 ms to 0.24 ms) "
        "| 8,500 (8,000 to 9,000) | 50 µs | 40% |" in page
    )
    assert "| modelyard-server, asyncio | 1.00 s (0.50 s to 1.50 s) | 40.0 MiB |" in page
    assert "| not measured | open |" in page
    data = json.loads(as_json(made, found, conditions))
    assert len(data["samples"]) == 3
    assert data["targets"][0]["met"] is True


def test_a_client_at_its_limit_is_named() -> None:
    made = Figures([Sample(0, "bare-asyncio", SMALL.name, 20, 1.0, 1.0, 1.0, None, 0.97)])
    conditions = Conditions(Plan(20, 4, 0.1, 1), 1, chosen(["bare-asyncio"]), [SMALL], {}, "")
    assert "| not known | 97%, so this is the client's limit |" in markdown(made, [], conditions)


def test_the_lock_pins_what_is_asked_for_by_hash() -> None:
    asked = (LOCK.with_suffix(".in")).read_text(encoding="utf-8").splitlines()
    names = {re.split(r"[<=\s]", line)[0] for line in asked if not line.startswith("#")}
    pins = re.split(r"\n(?=[a-z])", LOCK.read_text(encoding="utf-8"))
    assert names <= {pin.split("==")[0] for pin in pins}
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
