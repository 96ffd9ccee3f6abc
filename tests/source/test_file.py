"""Opening files that are not what their name says."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelyard.source import Limits, Reading, read_file

name = "models/iris/model.yaml"


def prepare(root: Path) -> Path:
    file = root / name
    file.parent.mkdir(parents=True)
    return file


def rules(reading: Reading) -> list[str]:
    assert reading.root is None
    assert all(finding.location.path and finding.hint for finding in reading.findings)
    return [finding.rule for finding in reading.findings]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Drops root's rights, which overrule permissions, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_regular_file(tmp_path: Path) -> None:
    prepare(tmp_path).write_text("a: 1\n")
    reading = read_file(tmp_path, name)
    assert reading.findings == ()
    assert reading.root is not None
    assert (reading.root.plain(), reading.root.path) == ({"a": 1}, name)


def test_a_folder(tmp_path: Path) -> None:
    prepare(tmp_path).mkdir()
    assert rules(read_file(tmp_path, name)) == ["not-a-file"]


def test_a_fifo_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(prepare(tmp_path))
    assert rules(read_file(tmp_path, name)) == ["not-a-file"]


def test_a_socket(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    # The path of a socket may hold some hundred bytes only, so it is given relative to its folder.
    script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, file.name], cwd=file.parent, check=True)
    assert rules(read_file(tmp_path, name)) == ["not-a-file"]


def test_a_link(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    (tmp_path / "real.yaml").write_text("a: 1\n")
    file.symlink_to(tmp_path / "real.yaml")
    assert rules(read_file(tmp_path, name)) == ["not-a-file"]


def test_a_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "model.yaml").write_text("a: 1\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "iris").symlink_to(tmp_path / "elsewhere")
    assert rules(read_file(tmp_path, name)) == ["not-a-file"]


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    prepare(tmp_path / "real").write_text("a: 1\n")
    (tmp_path / "root").symlink_to(tmp_path / "real")
    assert read_file(tmp_path / "root", name).findings == ()


def test_paths_that_leave_the_root(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    root = tmp_path / "root"
    root.mkdir()
    for path in ("../outside.yaml", "a/../../outside.yaml", str(tmp_path / "outside.yaml"), "a\0b"):
        assert rules(read_file(root, path)) == ["not-a-file"]


def test_a_file_that_went_away(tmp_path: Path) -> None:
    assert rules(read_file(tmp_path, name)) == ["file-missing"]
    assert rules(read_file(tmp_path / "gone", name)) == ["file-missing"]


def test_a_name_too_long(tmp_path: Path) -> None:
    (finding,) = read_file(tmp_path, "a" * 300).findings
    assert finding.rule == "unreadable-file"
    assert "ENAMETOOLONG" in finding.message


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    file.write_text("a: 1\n")
    file.chmod(0)
    with as_nobody():
        reading = read_file(tmp_path, name)
    assert rules(reading) == ["permission-denied"]


def test_no_more_is_read_than_fits(tmp_path: Path) -> None:
    with prepare(tmp_path).open("wb") as file:
        file.truncate(50 * 1024**3)  # sparse: reading it all would take minutes and all memory
    assert rules(read_file(tmp_path, name)) == ["too-large"]


def test_the_limit_is_inclusive(tmp_path: Path) -> None:
    prepare(tmp_path).write_bytes(b"a: 123")
    assert read_file(tmp_path, name, limits=Limits(max_bytes=6)).findings == ()
    assert rules(read_file(tmp_path, name, limits=Limits(max_bytes=5))) == ["too-large"]


def test_no_descriptor_leaks(tmp_path: Path) -> None:
    prepare(tmp_path).mkdir()
    with socket.socket() as probe:
        first = probe.fileno()
    for path in (name, "models/none/model.yaml", "models/iris"):
        read_file(tmp_path, path)
    with socket.socket() as probe:
        assert probe.fileno() == first


def test_importing_the_nodes_does_not_import_yaml() -> None:
    script = "import sys, modelyard.source.node; sys.exit('yaml' in sys.modules)"
    subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
