"""How users, limits and paths of the host are read, and that no Dockerfile keeps its rules busy for long."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.gate.evaluate import Evaluation
from modelyard.rules.api import Context
from modelyard.rules.containers._host import is_sensitive, is_socket, plain
from modelyard.rules.containers._shared import capability, is_root, is_unknown, no_amount, number
from modelyard.rules.registry import discover
from modelyard.subjects.reading import read_documents


@pytest.mark.parametrize(
    "user",
    [
        "0",
        "00",
        "+0",
        "-0",
        "0:0",
        "0:1000",
        "0x0",
        "root",
        "ROOT",
        "root:app",
        " root ",
        ":1000",
        ":0",
        "toor",
    ],
)
def test_root_in_every_spelling(user: str) -> None:
    assert is_root(user)


@pytest.mark.parametrize(
    "user", ["1", "10001", "1000:0", "app", "rootless", "groot:root", "0x10", "10", "0a", ""]
)
def test_others_are_not_root(user: str) -> None:
    assert not is_root(user)


@given(
    st.integers(min_value=0, max_value=2**31),
    st.integers(min_value=0, max_value=5),
    st.text("0123456789", max_size=5),
)
@settings(max_examples=100)
def test_a_number_is_root_exactly_if_it_is_zero(value: int, zeros: int, group: str) -> None:
    written = f"{'0' * zeros}{value}:{group}"
    assert is_root(written) == (value == 0)


@pytest.mark.parametrize("user", ["", "  ", "$U", "${UID}:${GID}", "{{ .Values.user }}"])
def test_users_that_are_filled_in_elsewhere(user: str) -> None:
    assert is_unknown(user)


def test_numbers_as_c_reads_them() -> None:
    assert [number(text) for text in ("7", " 7 ", "+7", "0x1F", "007", "x", "", "1.5")] == [
        7, 7, 7, 31, 7, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [None, 0, 0.0, "0", "0.0", "0m", "0Gi", "", "0b", True])
def test_limits_that_are_none(limit: Any) -> None:
    assert no_amount(limit)


@pytest.mark.parametrize("limit", [1, 0.5, "1", "500m", "0.1", "2g", "512Mi", {"Ref": "Memory"}])
def test_limits_that_are_some(limit: Any) -> None:
    assert not no_amount(limit)


def test_capabilities_have_one_name() -> None:
    assert {capability(name) for name in ("SYS_ADMIN", "CAP_SYS_ADMIN", "cap_sys_admin", " sys_admin")} == {
        "SYS_ADMIN"
    }


@pytest.mark.parametrize(
    "path",
    [
        "/var/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/var/run",
        "/run/",
        "//run//docker.sock",
        "/run/user/1000/podman/podman.sock",
        r"\\.\pipe\docker_engine",
        "${XDG_RUNTIME_DIR}/docker.sock",
    ],
)
def test_sockets_of_the_runtime(path: str) -> None:
    assert is_socket(path)


@pytest.mark.parametrize(
    "path", ["/", "/etc", "/etc/passwd", "/proc", "/root/.aws", "~/.ssh", "~", "C:\\", "/sys/", "/a/../etc"]
)
def test_sensitive_places(path: str) -> None:
    assert is_sensitive(path)


@pytest.mark.parametrize(
    "path",
    ["/srv/models", "/etcetera", "/etc/localtime", "/dev/nvidia0", "/dev/shm", "./etc", "/opt/models/root"],
)
def test_other_places(path: str) -> None:
    assert not is_sensitive(path)
    assert not is_socket(path)


@given(st.lists(st.sampled_from(["..", ".", "a", "etc", ""]), max_size=6))
@settings(max_examples=60)
def test_detours_lead_to_the_same_place(steps: list[str]) -> None:
    once = plain("/" + "/".join(steps))
    assert plain(once) == once
    assert "//" not in once
    assert ".." not in once


@pytest.mark.parametrize(
    "piece",
    [
        "curl a|",
        "sudo ",
        "a=b ",
        "/",
        "$(",
        "pip ",
        "git config ",
        "sha256sum ",
        "apt-get install ",
        "python -",
        "[",
        "\\\n",
    ],
)
def test_a_hostile_dockerfile_is_judged_in_time(piece: str) -> None:
    text = f"FROM scratch\nRUN {piece * (100_000 // len(piece))}\nUSER 1\n"
    documents = read_documents("Dockerfile", text.encode()).documents
    evaluation = Evaluation(discover(), Context(now=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)))
    start = time.perf_counter()
    found = {one.rule for document in documents for one in evaluation.of_document(document)}
    assert time.perf_counter() - start < 15
    # What is too long to be judged is not let through.
    assert "instruction-too-long" in found or piece == "\\\n"
