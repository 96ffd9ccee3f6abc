"""What holds for any text: offsets are right, nothing is shown, and no text takes long."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.secrets.detect import detect, detect_value
from modelyard.secrets.files import detections_of_file
from modelyard.secrets.hit import fingerprint_of
from tests.secrets.samples import letters

LONG = 30_000


@given(st.text(max_size=60), st.integers(0, 2**32), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_a_secret_is_found_where_it_is(before: str, seed: int, after: str) -> None:
    secret = letters(20, random.Random(seed))
    start = f'{before}\nDB_PASSWORD="'
    text = f'{start}{secret}"\n{after}'
    hits = [hit for hit in detect(text) if hit.fingerprint == fingerprint_of(secret)]
    assert [(hit.start, hit.end) for hit in hits] == [(len(start), len(start) + len(secret))]


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_hits_are_in_order_inside_the_text_and_apart(text: str) -> None:
    last = 0
    for hit in detect(text):
        assert last <= hit.start < hit.end <= len(text)
        last = hit.end


@given(st.integers(0, 2**32), st.sampled_from(["DB_PASSWORD", "API_TOKEN", "CLIENT_SECRET", "SSH_KEY"]))
@settings(max_examples=100, deadline=None)
def test_no_part_of_a_value_is_shown(seed: int, name: str) -> None:
    value = letters(24, random.Random(seed))
    (hit,) = detect_value(name, value)
    found = detections_of_file("x.env", f"{name}={value}\n".encode())
    shown = repr(hit) + repr(found)
    assert all(value[at : at + 5] not in shown for at in range(len(value) - 4))


@given(st.binary(max_size=500), st.sampled_from(["a.yaml", "a.py", "README.md", "a"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_fail(data: bytes, path: str) -> None:
    for found in detections_of_file(path, data):
        assert found.location.line >= 1
        assert found.location.column >= 1


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "A",
        "0",
        " ",
        "\n",
        "-",
        ".",
        "=",
        ":",
        "/",
        "\\",
        '"',
        "{{",
        "${",
        "ey",
        "://a:",
        "password",
        "password=",
        "token: ",
        "xoxb-",
        "sk-",
        "AKIA",
        "-----BEGIN PRIVATE KEY-----",
        "curl -u ",
        "Authorization: Bearer ",
        "<key>",
        "name: password\n",
        "$2a$",
        "sv=2020-01-01&",
        "a.b.",
        "kind: Secret\ndata:\n",
        "eyJ.",
        "mysql -p",
        "?a=",
        ";pwd=",
        "machine a login b ",
        "\u0130",
        "key: |\n",
        "['",
        "identified by ",
        "default = ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (LONG // len(piece))
    start = time.process_time()
    for _ in detect(text):
        pass
    assert time.process_time() - start < 4
