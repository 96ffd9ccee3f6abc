"""Begins what a test is to interrupt: an engine, and in it one thing that goes on until it is ended.

    python begun.py CACHE REGISTRY IMAGE task|pod|build

Says where everything is in one line of JSON once it goes on.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from tests.support.containers import ecs_runner, ecs_task, kube_play, opening, programs
from tests.support.containers.engine import Engine

LONG = 600


def go_on(begun: threading.Event) -> None:
    """Until interrupted. In short naps: a signal right before a long one would not cut it short."""
    begun.set()
    while True:
        time.sleep(0.1)


def task(opened: Engine, image: str, begun: threading.Event) -> None:
    container = {
        "name": "app",
        "image": image,
        "command": ["sleep", str(LONG)],
        "user": "10001:10001",
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
    }
    document = {
        "family": "begun",
        "networkMode": "awsvpc",
        "volumes": [{"name": "data"}],
        "containerDefinitions": [container],
    }
    with ecs_runner.running(opened, ecs_task.read(document)):
        go_on(begun)


def pod(opened: Engine, image: str, begun: threading.Event) -> None:
    container = {
        "name": "app",
        "image": image,
        "args": ["sleep", str(LONG)],
        "resources": {},
        "securityContext": {"runAsUser": 10001},
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    spec = {"securityContext": {}, "containers": [container], "volumes": [{"name": "data", "emptyDir": {}}]}
    document = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "begun", "labels": {"app": "begun"}},
        "spec": {
            "selector": {"matchLabels": {"app": "begun"}},
            "template": {"metadata": {"labels": {"app": "begun"}}, "spec": spec},
        },
    }
    with kube_play.playing(opened, json.dumps(document)):
        go_on(begun)


def build(opened: Engine, image: str, begun: threading.Event) -> None:
    context = opened.folder / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM {image}\nRUN sleep {LONG}\n")
    threading.Timer(3, begun.set).start()
    opened.buildah("build", "--layers=false", str(context), timeout=LONG)


def main(cache: str, registry: str, image: str, what: str) -> None:
    found = programs.find()
    assert not isinstance(found, str), found
    with opening.opened(found, Path(cache), registry) as opened:
        begun = threading.Event()

        def tell() -> None:
            begun.wait()
            places = {"folder": opened.folder, "short": opened.short, "network": opened.network}
            print(json.dumps({name: str(place) for name, place in places.items()}), flush=True)

        threading.Thread(target=tell, daemon=True).start()
        {"task": task, "pod": pod, "build": build}[what](opened, image, begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
