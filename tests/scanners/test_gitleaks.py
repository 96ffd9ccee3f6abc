"""gitleaks itself, over files of every form; no secret leaves it."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.detections import Level
from modelyard.scanners import gitleaks
from modelyard.scanners.run import run_scanners
from modelyard.secrets.hit import fingerprint_of
from tests.scanners.repositories import given, key_of_aws, rules, scan

KEY = key_of_aws()
TEXT = f"first: line\naws: {KEY}\nlast: line\n"


def test_where_and_what() -> None:
    report = scan("gitleaks", given("a.yaml", TEXT), given("b.yaml", "nothing: here\n"))
    (found,) = report.detections
    assert (found.rule, found.tool, found.level) == ("aws-access-token", "gitleaks", Level.CRITICAL)
    at = found.location
    assert (at.path, at.line, at.column, at.length) == ("a.yaml", 2, 6, len(KEY))
    assert found.evidence == fingerprint_of(KEY)


@pytest.mark.parametrize("path", ["a.yaml", "a.bin"])
def test_the_secret_is_nowhere(tmp_path: Path, path: str) -> None:
    inputs = [given(path, TEXT)]
    for _ in range(2):
        report = run_scanners(inputs, root=tmp_path, names=["gitleaks"])
        assert len(report.detections) == 1
        assert KEY not in repr(report)
    (cached,) = (tmp_path / ".cache" / "modelyard" / "scan").iterdir()
    assert KEY not in cached.read_text()


# Names and first bytes for which gitleaks by itself skips a file, or which it would rather not read.
UNREAD: dict[str, str | bytes] = {
    "picture.svg": TEXT,
    "picture.png": TEXT,
    "node_modules/x/y.js": TEXT,
    "package-lock.json": TEXT,
    "go.sum": TEXT,
    "vendor/x.py": TEXT,
    "gitleaks.toml": TEXT,
    ".gitleaks.toml": TEXT,
    "archive.zip": b"PK\x03\x04" + TEXT.encode(),
    "picture.gif": b"GIF89a" + TEXT.encode(),
    "program": b"\x7fELF\2\1\1\0" + TEXT.encode(),
    "document.pdf": b"%PDF-1.7\n" + TEXT.encode(),
    "zeros.dat": b"\0" * 5000 + TEXT.encode() + b"\0" * 5000,
    "utf-16-le.txt": TEXT.encode("utf-16"),
    "utf-16-be.txt": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "latin.txt": "ä".encode("latin-1") + TEXT.encode(),
    "bom.txt": b"\xef\xbb\xbf" + TEXT.encode(),
    "carriage.txt": TEXT.replace("\n", "\r\n"),
    "no-newline.txt": f"aws: {KEY}",
    "encoded.txt": "a: " + base64.b64encode(f"the key is {KEY}, not more".encode()).decode(),
    "allowed.txt": TEXT.replace(KEY, f"{KEY} # gitleaks:allow"),
    "large.txt": "x" * 79 + "\n" + ("y" * 99 + "\n") * 20_000 + TEXT,
    "one-line.json": '{"a": "' + "z " * 300_000 + KEY + '"}',
}


def test_no_form_of_a_file_hides_it() -> None:
    report = scan("gitleaks", *(given(path, data) for path, data in UNREAD.items()))
    found = {one.location.path for one in report.detections if one.evidence == fingerprint_of(KEY)}
    assert found == set(UNREAD)
    assert {one.tool for one in report.detections} == {"gitleaks"}


def test_lists_of_what_to_ignore_change_nothing() -> None:
    silence = '[[allowlists]]\nregexes = [".*"]\npaths = [".*"]\n'
    inputs = [given("x/a.yaml", TEXT)]
    inputs += [given(f"{folder}.gitleaks.toml", silence) for folder in ("", "x/")]
    inputs += [given(f"{folder}.gitleaksignore", "x/a.yaml:aws-access-token:2\n") for folder in ("", "x/")]
    assert rules(scan("gitleaks", *inputs), "x/a.yaml") == {"aws-access-token"}


def test_a_planted_line_in_one_file_proves_nothing_of_another() -> None:
    """Not even by one who knows what will be planted; and it is no finding."""
    planted = b"\n".join(gitleaks._planted(where, 1) for where in ("first", "last"))
    hidden = replace(
        gitleaks.SCANNER,
        content=lambda index, one: b"" if one.path == "b" else gitleaks.SCANNER.content(index, one),
    )
    inputs = [given("a", planted), given("b", TEXT)]
    report = run_scanners(inputs, root=Path(), use_cache=False, known={"gitleaks": hidden})
    assert [(one.rule, one.location.path) for one in report.detections] == [("scanner-coverage", "b")]


def test_a_file_that_is_a_secret_by_its_name() -> None:
    (found,) = scan("gitleaks", given("keys/mine.p12", b"\x30\x82\0\1\2\3")).detections
    assert (found.rule, found.location.path) == ("pkcs12-file", "keys/mine.p12")


def test_rules_that_ask_for_a_name_get_it() -> None:
    text = '<add key="ClearTextPassword" value="{}" />\n'.format("q8vZ" + "n2Lw" + "7Rt")
    report = scan("gitleaks", given("a/NuGet.config", text), given("a/other.config", text))
    assert rules(report, "a/NuGet.config") == {"nuget-config-password"}
    assert rules(report, "a/other.config") == set()


def test_names_of_things_are_no_secrets() -> None:
    text = """\
AccessPointId: fsap-0a1b2c3d4e5f60718
api_key_secret: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/iris/token-a1B2c3
image: example@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
access_subnet: subnet-0fa1b2c3d4e5f6071
"""
    assert scan("gitleaks", given("stack.yaml", text), given("stack.json", text)).detections == ()


def test_an_empty_file_is_read() -> None:
    assert scan("gitleaks", given("empty", "")).detections == ()
