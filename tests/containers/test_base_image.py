"""The stand-in base image: the same bytes again, of the date that is asked for, and what a scanner reads."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from tests.support.containers import images
from tests.support.containers.programs import Programs
from tests.support.containers.repository import CACHE
from tests.support.oci_images import sha256

pytestmark = pytest.mark.containers


def test_it_is_the_same_made_anew_and_from_the_cache(found: Programs, tmp_path: Path) -> None:
    cached = images.base_layer(found.python, CACHE)
    assert images.base_layer(found.python, tmp_path) == cached
    assert images.base_layer(found.python, tmp_path) == cached
    assert sha256(gzip.decompress(cached.packed)) == cached.diff_id
    assert len(list(tmp_path.iterdir())) == 3, "a layer, its note and the lock, no leftovers"


def test_a_cache_that_was_interrupted_is_made_anew(found: Programs, tmp_path: Path) -> None:
    first = images.script_layer("log_router.py", tmp_path)
    (packed,) = tmp_path.glob("*.tar.gz")
    packed.write_bytes(b"half")
    (note,) = tmp_path.glob("*.diff-id")
    note.unlink()
    assert images.script_layer("log_router.py", tmp_path) == first


def test_the_date_is_the_one_asked_for(found: Programs, tmp_path: Path) -> None:
    layer = images.script_layer("log_router.py", tmp_path)
    old = images.image([layer], created="2020-01-01T00:00:00Z")
    again = images.image([layer], created="2020-01-01T00:00:00Z")
    new = images.image([layer], created="2026-08-25T00:00:00Z")
    assert old.digest == again.digest != new.digest
    (single,) = old.children
    config = json.loads(single.blobs[json.loads(single.data)["config"]["digest"]])
    assert config["created"] == "2020-01-01T00:00:00Z"


def test_it_has_what_dockerfiles_call_and_what_scanners_read(found: Programs) -> None:
    packed = images.base_layer(found.python, CACHE).packed
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        names = set(archive.getnames())
        called = {"sbin/groupadd", "sbin/useradd", "bin/getent", "bin/install", "bin/sha256sum", "bin/sh"}
        assert {f"usr/{name}" for name in called} <= names
        assert f"usr/local/bin/python{found.python.version}" in names
        assert archive.getmember("etc/os-release").linkname == "../usr/lib/os-release"
        assert {(member.mtime, member.uid, member.gid) for member in archive} == {(0, 0, 0)}
        if "var/lib/dpkg/status" in names:  # a distribution without dpkg has nothing to say there
            status = archive.extractfile("var/lib/dpkg/status")
            assert status is not None
            stanzas = status.read().decode().strip().split("\n\n")
            packages = {stanza.splitlines()[0] for stanza in stanzas}
            assert {"Package: libc6", "Package: passwd", "Package: coreutils"} <= packages
            assert all("\nVersion: " in stanza for stanza in stanzas)
