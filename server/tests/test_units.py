"""The parts that are functions of their arguments: parsers, negotiation, policies, codecs."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard_server import codecs, host, npy, weights
from modelyard_server.errors import ConfigError, RequestError
from modelyard_server.head import pick, request_id, trace_id
from modelyard_server.inline import MAX_BODY, InlinePolicy
from modelyard_server.logs import LibraryLines, Log
from modelyard_server.media import content_type, negotiate
from modelyard_server.onewrite import OneWrite
from modelyard_server.settings import Settings
from modelyard_server.workers import WorkerPool

JSON, CSV, TEXT = "application/json", "text/csv", "text/plain"
OFFERED = (JSON, CSV, TEXT)
FEW = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/*", CSV),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv;q=0.5, application/json;q=0.4", CSV),
        ("text/csv, */*;q=0.1", CSV),
        ("text/*, application/json", JSON),
        ("text/*;q=0.9, text/csv;q=0.1", TEXT),
        ("application/json;q=0, */*", CSV),
        ("image/png", None),
        ("image/png, nonsense, text/plain;q=0.001", TEXT),
        ("application/json;q=0", None),
        ("application/json;version=1", JSON),
        ("nonsense", JSON),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert negotiate(accept, OFFERED, JSON) == chosen


def refusal(call: Callable[[], object]) -> int | None:
    """The status with which a call refuses; None if it does not."""
    try:
        call()
    except RequestError as error:
        return error.status
    return None


def test_negotiation_where_anything_can_be_written() -> None:
    assert negotiate("image/png", (), JSON) == "image/png"
    assert negotiate("*/*", (), JSON) == JSON
    assert negotiate("image/png;q=0.1, text/html", (), JSON) == "text/html"


@FEW
@given(st.text(max_size=300), st.lists(st.sampled_from(OFFERED), unique=True).map(tuple))
def test_negotiation_never_fails_and_chooses_what_is_offered(accept: str, offered: tuple[str, ...]) -> None:
    chosen = negotiate(accept, offered, JSON)
    assert chosen is None or not offered or chosen in offered


@FEW
@given(st.dictionaries(st.sampled_from(OFFERED), st.integers(0, 1000), min_size=1))
def test_the_highest_quality_wins(qualities: dict[str, int]) -> None:
    accept = ", ".join(f"{name};q={quality / 1000:.3f}" for name, quality in qualities.items())
    chosen = negotiate(accept, OFFERED, JSON)
    if max(qualities.values()) == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert qualities[chosen] == max(qualities.values())


@pytest.mark.parametrize(
    ("header", "parsed"),
    [
        ("application/json", (JSON, "")),
        (' Application/JSON ; Charset="UTF-8" ; a=b', (JSON, "utf-8")),
        ("text/csv;header=present;charset=latin-1", (CSV, "latin-1")),
        ("json", ("", "")),
        ("text/csv x", ("", "")),
        ("", ("", "")),
    ],
)
def test_content_types(header: str, parsed: tuple[str, str]) -> None:
    assert content_type(header) == parsed


@FEW
@given(st.text(max_size=300))
def test_content_types_never_fail(header: str) -> None:
    media, _ = content_type(header)
    assert media == media.lower()


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@FEW
@given(plain)
def test_json_comes_back(value: object) -> None:
    assert codecs.decode(codecs.encode(value, JSON), JSON) == value
    assert codecs.decode(json.dumps(value).encode(), JSON) == value


@FEW
@given(st.binary(max_size=200), st.sampled_from(codecs.supported()))
def test_any_body_is_read_or_refused(body: bytes, media: str) -> None:
    assert refusal(lambda: codecs.decode(body, media)) in {None, 400}


cells = st.floats(allow_nan=False) | st.text(alphabet='ab",\n é', min_size=1).map(lambda text: "t" + text)


@FEW
@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=4))
def test_csv_comes_back(rows: list[list[float | str]]) -> None:
    assert codecs.decode(codecs.encode(rows, CSV), CSV) == rows


dtypes = st.sampled_from(["<f8", ">f4", "<i2", "|u1", "|b1", "<c16", "<U3", "|S2", "<M8[ns]"])


@FEW
@given(dtypes, st.lists(st.integers(0, 4), max_size=4), st.booleans(), st.sampled_from([(1, 0), (2, 0)]))
def test_npy_comes_back(dtype: str, shape: list[int], fortran: bool, version: tuple[int, int]) -> None:
    array = np.zeros(shape, dtype=dtype, order="F" if fortran else "C")
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    read = npy.decode(buffer.getvalue())
    assert (read.shape, read.dtype) == (array.shape, array.dtype)
    assert read.flags.writeable
    assert np.array_equal(read, array)


@FEW
@given(st.binary(max_size=60), st.integers(0, 200))
def test_a_damaged_npy_is_refused_or_read_within_its_size(noise: bytes, place: int) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(6.0).reshape(2, 3))
    damaged = buffer.getvalue()[:place] + noise + buffer.getvalue()[place + len(noise) :]
    assert refusal(lambda: npy.decode(damaged)) in {None, 400}


def test_arrays_that_orjson_does_not_read_are_written_too() -> None:
    strided = np.arange(6.0).reshape(2, 3)[:, ::2]
    assert codecs.encode({"a": strided, 1: np.float16(1.5)}, JSON) == b'{"a":[[0.0,2.0],[3.0,5.0]],"1":1.5}'
    assert codecs.encode(np.arange(4).reshape(2, 2), CSV) == b"0,1\n2,3\n"
    assert codecs.encode(3, CSV) == b"3\n"


@pytest.mark.parametrize(
    ("name", "value", "field", "parsed"),
    [
        ("MODELYARD_TIMEOUT", "250ms", "timeout", 0.25),
        ("SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS", "90", "timeout", 90.0),
        ("MODELYARD_DRAIN", "2m", "drain", 120.0),
        ("MODELYARD_MAX_BODY", "2MiB", "max_body", 2**21),
        ("SAGEMAKER_MAX_PAYLOAD_IN_MB", "20", "max_body", 20 * 2**20),
        ("PORT", "9000", "port", 9000),
        ("SAGEMAKER_CONTAINER_LOG_LEVEL", "20", "log_level", "info"),
        ("SAGEMAKER_SUBMIT_DIRECTORY", "file:///opt/ml/model/code", "code_dirs", ("/opt/ml/model/code",)),
        ("SAGEMAKER_MULTI_MODEL", "true", "models_managed_by", "caller"),
        ("MODELYARD_MULTI_MODEL", "true", "models_managed_by", "server"),
        ("MODELYARD_QUEUE", "", "queue", 16 * host.cpus()),
    ],
)
def test_settings(name: str, value: str, field: str, parsed: object) -> None:
    assert Settings.from_env({name: value}).as_dict()[field] == parsed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODELYARD_PORT", "0"),
        ("MODELYARD_PORT", "\uff18\uff10"),
        ("MODELYARD_TIMEOUT", "nan"),
        ("MODELYARD_TIMEOUT", "0"),
        ("MODELYARD_MAX_BODY", "1.5Mi"),
        ("MODELYARD_HANDLER", "../inference.py"),
        ("MODELYARD_HANDLER", "inference"),
        ("MODELYARD_CODE_DIR", "s3://bucket/code"),
        ("MODELYARD_METRICS", "yes"),
        ("MODELYARD_INLINE", "always"),
        ("SAGEMAKER_SAFE_PORT_RANGE", "9000"),
        ("MODELYARD_ACCESS_LOG", "1.5"),
        ("MODELYARD_MAX_BUFFERED", "1Ki"),
    ],
)
def test_wrong_settings_name_variable_and_value(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}="):
        Settings.from_env({name: value})


@FEW
@given(
    st.dictionaries(st.sampled_from(["MODELYARD_PORT", "MODELYARD_TIMEOUT", "MODELYARD_MAX_BODY"]), st.text())
)
def test_settings_are_read_or_refused(environ: dict[str, str]) -> None:
    problems: list[str] = []
    try:
        assert 1 <= Settings.from_env(environ).port <= 65535
    except ConfigError as error:
        problems = error.problems
    assert all(problem.split("=")[0] in environ for problem in problems)


def test_service_links_of_kubernetes_are_no_settings() -> None:
    links = {
        "MODELYARD_PORT": "tcp://10.0.0.1:80",
        "MODELYARD_PORT_80_TCP_ADDR": "10.0.0.1",
        "MODELYARD_IRIS_SERVICE_HOST": "10.0.0.1",
        "MODELYARD_IRIS_SERVICE_PORT_HTTP": "80",
    }
    assert Settings.from_env(links).port == 8080


def test_limits_of_a_cgroup(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text("268435456\n")
    assert host.cpus(tmp_path) == min(2, host.cpus(tmp_path / "none"))
    assert host.memory_limit(tmp_path) == 2**28
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert host.cpus(tmp_path) == host.cpus(tmp_path / "none")
    assert host.memory_limit(tmp_path) == host.memory_limit(tmp_path / "none")


def test_quick_calls_go_inline_and_slow_ones_send_them_back() -> None:
    policy = InlinePolicy(enabled=True)
    for _ in range(31):
        policy.record(0.0002, 10)
    assert not policy.allows(10)
    policy.record(0.0002, 10)
    assert policy.allows(10)
    assert not policy.allows(MAX_BODY + 1)
    policy.record(0.002, 10)
    policy.record(0.05, 10)
    assert policy.allows(10)  # a machine that was busy is forgiven
    policy.record(0.2, 10)
    assert not policy.allows(10)
    for _ in range(63):
        policy.record(0.0002, 10)
    assert not policy.allows(10)  # it takes twice as long to come back
    policy.record(0.0002, 10)
    assert policy.allows(10)


def test_never_means_never() -> None:
    policy = InlinePolicy(enabled=False)
    for _ in range(100):
        policy.record(0.0001, 1)
    assert not policy.allows(1)


def test_a_cancelled_call_that_waits_is_skipped() -> None:
    async def run() -> list[str]:
        pool, ran, free = WorkerPool(1, 5), list[str](), threading.Event()
        first = pool.submit(lambda: ran.append("first") if free.wait(5) else None)
        second = pool.submit(lambda: ran.append("second"))
        third = pool.submit(lambda: ran.append("third"))
        second.cancel()
        free.set()
        await asyncio.gather(first, third)
        await asyncio.sleep(0)
        assert pool.pending == 0
        return ran

    assert asyncio.run(run()) == ["first", "third"]


def test_a_stop_iteration_in_a_thread_is_an_error_like_any_other() -> None:
    async def run() -> None:
        await WorkerPool(1, 1).submit(lambda: next(iter(())))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "value",
    [
        "[1]",
        '[{"path": "a"}]',
        '[{"path": "a", "sha256": "12"}]',
        '[{"path": "", "sha256": "' + "0" * 64 + '"}]',
        "[",
        "/none",
    ],
)
def test_wrong_lists_of_weights(value: str) -> None:
    with pytest.raises(ConfigError):
        weights.parse(value, Path("/model"))


def test_request_ids_and_traces() -> None:
    assert request_id({b"x-request-id": b"a-1"}) == "a-1"
    assert request_id({b"x-request-id": b"a\xff"}) != "a\xff"
    assert trace_id({b"traceparent": b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"}) == "a" * 32
    assert trace_id({b"traceparent": b"00-xyz"}) is None
    assert pick([(b"accept", b"a/b"), (b"accept", b"c/d"), (b"host", b"x")]) == {b"accept": b"a/b,c/d"}


def test_a_log_whose_reader_is_gone_lets_requests_be_answered() -> None:
    class Gone(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    log = Log("info", Gone())
    log.info("anything", value=SimpleNamespace())
    assert log.broken
    log.request('"status":200')


def test_a_bad_log_call_of_a_handler_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.Logger("theirs")
    logger.addHandler(LibraryLines(Log("info", io.BytesIO())))
    logger.warning("%d rows", "three")
    assert "three" in capsys.readouterr().err


def test_lines_of_requests_go_out_together_and_in_order() -> None:
    stream = io.BytesIO()
    later: list[Callable[[], None]] = []
    log = Log("info", stream)
    log.soon = later.append
    log.request('"n":1')
    log.request('"n":2')
    assert (stream.getvalue(), len(later)) == (b"", 1)
    log.warning("now")
    lines = [orjson.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("n", line["event"]) for line in lines] == [1, 2, "now"]
    later[0]()
    assert len(stream.getvalue().splitlines()) == 3


class Ended(asyncio.Transport):
    """As uvloop's: to write after the end is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.closed:
            raise RuntimeError("the handler is closed")
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def test_an_answer_to_a_caller_who_was_cut_off_is_dropped() -> None:
    transport = Ended()
    out = OneWrite(transport)
    out.write(b"HTTP/1.1 200 OK\r\n\r\n")
    transport.close()
    out.write(b"body")
    out.flush()
    out.close()
    assert transport.written == b""


def test_a_loop_that_is_not_installed_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="uvloop is not installed"):
        Settings.from_env({"MODELYARD_LOOP": "uvloop"})


def test_the_value_of_an_unknown_setting_is_not_shown() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({"MODELYARD_TOKEN": "hunter2"})
    assert "hunter2" not in str(refused.value)
