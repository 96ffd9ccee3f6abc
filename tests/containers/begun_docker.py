"""Begins what a test is to kill: a docker daemon, and in it a build that goes on until it is ended.

    python begun_docker.py CACHE REGISTRY IMAGE

Says where everything is in one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.containers import docker_programs, dockerd
from tests.support.containers.repository import CACHE


def main(cache: str, registry: str, image: str) -> None:
    found, root = docker_programs.find(CACHE, fetch=False), dockerd.become()
    assert not isinstance(found, str), found
    assert root is not None
    with dockerd.serving(found, Path(cache), registry, root) as docker:
        command = ["docker", "buildx", "build", "--file=-", docker.environ["TMPDIR"]]
        with subprocess.Popen(command, env=docker.environ, stdin=subprocess.PIPE, text=True) as build:
            print(json.dumps({"folder": str(docker.folder), "short": str(docker.short)}), flush=True)
            build.communicate(f"FROM {image}\nRUN sleep 600\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
