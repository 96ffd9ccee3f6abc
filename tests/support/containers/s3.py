"""Starts ``s3_server.py`` in the network of a pod, and says which variables lead a container to it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.engine import Engine
from tests.support.containers.registry import MORTAL

PORT = 5000
# What the AWS SDKs and the command line read. On AWS, credentials come from the task's or the pod's role.
ENVIRON: Mapping[str, str] = {
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{PORT}",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


@dataclass(frozen=True)
class Storage:
    """Objects that the pod finds in ``seed``, and after it has ended those that were there in ``dump``."""

    seed: Path
    dump: Path

    def stored(self, bucket: str) -> dict[str, bytes]:
        """What a bucket held at the end, by key."""
        root = self.dump / bucket
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@contextlib.contextmanager
def served(engine: Engine, pid: int, storage: Storage) -> Iterator[None]:
    """The storage, reachable on loopback in the network of the process ``pid``."""
    script = str(Path(__file__).with_name("s3_server.py"))
    command = [sys.executable, script, str(PORT), str(storage.seed), str(storage.dump)]
    command = [*MORTAL, "nsenter", "--target", str(pid), "--net", *command]
    if os.geteuid() != 0:  # only in the engine's user namespace may this user enter others
        command = [engine.programs.podman, "unshare", *command]
    storage.dump.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command, env=dict(engine.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        if ready != b"ready\n":
            raise AssertionError(f"the local S3 did not start: {process.communicate()[1].decode()[-2000:]}")
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
