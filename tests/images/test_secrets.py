"""Secrets in an image: in layers, deleted files, variables, labels and history. They are never shown."""

from __future__ import annotations

import secrets
import string

from modelyard.detections import Level
from tests.images.bench import DEBIAN, LABELS, Bench, good, with_history

# Made up anew each time: no text of a credential stands in this file.
_LETTERS = string.ascii_letters + string.digits
KEY_ID = "AKIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
KEY = "".join(secrets.choice(_LETTERS) for _ in range(40))
TOKEN = "ghp_" + "".join(secrets.choice(_LETTERS) for _ in range(36))
FILE = {"app/settings.env": f"AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY={KEY}\n".encode()}


def nothing_shown(bench: Bench, *said: object) -> None:
    """No report, cache or bill of materials has any of the values."""
    text = repr(said).encode() + b"".join(one.read_bytes() for one in bench.root.rglob("*") if one.is_file())
    assert not any(value.encode() in text for value in (KEY_ID, KEY, TOKEN))


def test_in_a_layer_and_in_a_deleted_file(bench: Bench) -> None:
    deleted = good((DEBIAN, FILE, {"app/.wh.settings.env": b""}))
    for what in (good((DEBIAN, FILE)), deleted):
        report = bench.scan(bench.push(what), sbom=bench.root / "sbom")
        found = {
            one.rule: one for one in report.detections if one.level is Level.CRITICAL and one.tool == "trivy"
        }
        found.pop("CVE-2099-0001")
        assert sorted(found) == ["aws-access-key-id", "aws-secret-access-key"]
        assert {one.resource for one in found.values()} == {"app/settings.env"}
        assert all(one.evidence.startswith(what.digest + " ") for one in found.values())
        nothing_shown(bench, report)


def test_wherever_it_is(bench: Bench) -> None:
    ours = [
        "app/README.md",
        "app/tests/a.env",
        "app/vendor/a.env",
        "app/examples/a.env",
        "root/.aws/credentials",
        "usr/share/a.env",
        "usr/local/lib/python3.11/site-packages/fraud/settings.py",
        "opt/venv/lib/python3.11/site-packages/fraud/settings.py",
    ]
    theirs = [
        "opt/venv/lib/python3.11/site-packages/boto3/examples/cloudfront.rst",
        "opt/venv/lib/python3.11/site-packages/ecdsa/test_keys.py",
        "usr/share/doc/libxmlsec1-dev/rsakey.pem",
    ]
    (content,) = FILE.values()
    what = good((DEBIAN, dict.fromkeys([*ours, *theirs], content)))
    found = [one for one in bench.scan(bench.push(what)).detections if one.rule == "aws-access-key-id"]
    assert sorted(one.resource for one in found if one.level is Level.CRITICAL) == sorted(ours)
    assert sorted(one.resource for one in found if one.level is Level.LOW) == sorted(theirs)


def test_in_what_it_says_of_itself(bench: Bench) -> None:
    what = good(
        (DEBIAN,),
        config={
            "User": "10001",
            "Env": [f"AWS_SECRET_ACCESS_KEY={KEY}", "PATH=/bin", f"DB_URL=postgres://app:{KEY[:20]}@db/x"],
            "Cmd": ["serve", "--token", TOKEN],
        },
        labels={**LABELS, "build.token": TOKEN},
    )
    what = with_history(what, f"RUN /bin/sh -c git clone https://x:{TOKEN}@github.example/a # buildkit")
    report = bench.scan(bench.push(what), sbom=bench.root / "sbom")
    ours = {one.resource for one in report.detections if one.rule == "image-secret"}
    assert ours == {
        "the variable AWS_SECRET_ACCESS_KEY",
        "the variable DB_URL",
        "the label build.token",
        "the cmd",
        "the history",
    }
    assert len({one.fingerprint for one in report.detections}) == len(report.detections)
    nothing_shown(bench, report)


def test_a_usual_configuration_has_none(bench: Bench) -> None:
    what = good(
        (DEBIAN,),
        config={
            "User": "10001:10001",
            "Env": [
                "PATH=/usr/local/bin:/usr/bin:/bin",
                "GPG_KEY=" + "7169605F62C751356D054A26A821E680E5FA6305",
                "PYTHON_SHA256=" + "c30bb24b7f1e9a19b11b55a546434f74e739bb4c271a3e3a80ff4380d49f7adb",
                "AWS_REGION=eu-west-1",
            ],
            "Entrypoint": ["python", "/app/server.py"],
        },
        labels={**LABELS, "org.opencontainers.image.revision": "0123456789abcdef0123456789abcdef01234567"},
    )
    what = with_history(what, "COPY --chown=root:root src/ /app/ # buildkit", 'CMD ["python3"]')
    report = bench.scan(bench.push(what))
    assert [one.rule for one in report.detections if one.level is Level.CRITICAL] == ["CVE-2099-0001"]
