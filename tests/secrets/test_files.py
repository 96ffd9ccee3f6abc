"""Files in any encoding, of any size, and what is no text."""

from __future__ import annotations

import random

import pytest

from modelyard.secrets.files import LARGEST, detections_of_file, without_doubles
from modelyard.secrets.hit import fingerprint_of
from tests.secrets.looking import structured
from tests.secrets.samples import KINDS, letters, matching

SECRET = letters(16, random.Random("files"))
TEXT = f"# für Menschen\nLOG=1\nDB_PASSWORD={SECRET}\nEND=1\n"
GITHUB = KINDS["github-token"][1](random.Random("binary"))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("latin-1"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "mark", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "crlf"],
)
def test_a_secret_is_found_where_it_stands_in_every_encoding(data: bytes) -> None:
    (found,) = detections_of_file("app.env", data)
    assert (found.rule, found.location.line, found.location.column) == ("secret-in-file", 3, 13)
    assert found.location.length == len(SECRET)
    assert found.evidence == fingerprint_of(SECRET)
    assert SECRET not in repr(found)


def test_a_token_is_found_in_what_is_no_text() -> None:
    noise = bytes(random.Random(1).randbytes(4096).replace(b"\n", b"\0"))
    (found,) = detections_of_file("app.bin", b"\0" + noise + b"\0" + GITHUB.encode() + b"\0" + noise)
    assert "github-token" in found.message


def test_noise_is_no_secret() -> None:
    assert detections_of_file("app.bin", b"\0" + random.Random(2).randbytes(300_000)) == []


def test_a_file_that_is_too_large_is_a_finding_unless_it_is_a_picture() -> None:
    large = b"x" * (LARGEST + 1)
    assert [one.rule for one in detections_of_file("data.txt", large)] == ["file-too-large"]
    assert [one.rule for one in detections_of_file("photo.png", large)] == ["file-too-large"]
    assert detections_of_file("photo.png", b"\x89PNG\r\n" + large) == []


def test_empty_and_tiny_files_hold_nothing() -> None:
    assert [detections_of_file("a", data) for data in (b"", b"\0", b"\xff\xfe", b"a")] == [[]] * 4


def test_what_a_rule_has_told_is_not_told_again() -> None:
    text = f"services:\n  a:\n    image: x\n    environment:\n      DB_PASSWORD: {SECRET}\n"
    told = structured("compose.yaml", text)
    twice = detections_of_file("compose.yaml", text.encode())
    assert [one.rule for one in told] == ["secret-in-environment"]
    assert [one.evidence for one in told] == [one.evidence for one in twice]
    assert list(without_doubles([*told, *twice])) == told
    assert list(without_doubles(twice)) == twice


def test_a_secret_in_base64_is_a_secret() -> None:
    import base64

    once = base64.b64encode(f"token = {GITHUB}\n".encode())
    for data in (once, base64.b64encode(once)):
        (found,) = detections_of_file("user-data.txt", b"payload: " + data + b"\n")
        assert "github-token" in found.message
        assert found.evidence == fingerprint_of(GITHUB)


def test_a_key_in_json_in_yaml_is_found() -> None:
    key = matching("AKIA[A-Z2-7]{16}", random.Random(4))
    (found,) = detections_of_file("a.yaml", f'config: \'{{"id": "{key}"}}\'\n'.encode())
    assert found.location.column == len('config: \'{"id": "') + 1
