"""The floor: the least that this work can cost in Python. ``floor.py INPUT OUT [PROCESSES]``

Parses every manifest with libyaml, lays it over the environment's defaults, renders precompiled Jinja2
templates, and writes what differs. It checks nothing, refuses nothing and knows one shape of model.
INPUT is a repository of ``bench.workload`` with ``.floor/`` in it: the templates and the hashes.

A program of its own, which imports only what it needs: its start counts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader

REGION_CODES = {"eu-west-1": "euw1", "us-east-1": "use1"}
Render = Callable[[dict[str, Any]], str]


def load(path: str) -> Any:
    with open(path, "rb") as file:
        return yaml.load(file.read(), Loader=yaml.CSafeLoader)


def merge(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if type(value) is dict and type(below) is dict else value
    return merged


def templates(folder: str) -> list[tuple[Render, Render, bool]]:
    """Renderers of path and text; the last says whether the file is the same in every environment."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        keep_trailing_newline=True,
        bytecode_cache=FileSystemBytecodeCache(folder),
        autoescape=False,  # noqa: S701 - neither HTML nor untrusted
    )
    with open(f"{folder}/index.json", "rb") as file:
        index = json.load(file)
    return [
        (environment.from_string(path).render, environment.get_template(name).render, shared)
        for name, path, shared in index
    ]


def values(manifest: dict[str, Any], place: dict[str, Any], hashes: dict[str, str]) -> dict[str, Any]:
    """What the templates ask for."""
    model = merge(place["defaults"], manifest)
    (region, here), *_ = place["regions"].items()
    variables, cpu, memory = model["env"], int(model["resources"]["cpu"]), model["resources"]["memory"]
    return {
        **hashes,
        "name": model["name"],
        "owner": model["owner"],
        "description": model["description"],
        "cost_center": model["labels"]["cost-center"],
        "version": model["artifacts"]["weights"]["source"].split("/")[-2],
        "sha256": model["artifacts"]["weights"]["sha256"],
        "features": variables["FEATURE_STORE"],
        "batch_size": variables["BATCH_SIZE"],
        "max_queue": variables["MAX_QUEUE"],
        "cache_ttl": variables["CACHE_TTL"],
        "bucket": model["permissions"]["s3"]["read"][0][5:-2],
        "cpu": cpu,
        "cpu_units": cpu * 1024,
        "memory": memory,
        "memory_mib": int(memory[:-2]) * 1024,
        "max_replicas": model["scaling"]["max"],
        "env": place["name"],
        "account": place["account"],
        "region": region,
        "region_code": REGION_CODES[region],
        "vpc": here["vpc"]["id"],
        "namespace": here["platforms"]["kubernetes"]["namespace"],
        "log_level": variables["LOG_LEVEL"],
        "log_days": place["logRetentionDays"],
        "min_replicas": model["scaling"]["min"],
    }


def write(path: str, content: bytes) -> None:
    try:
        with open(path, "rb", buffering=0) as file:
            if file.read() == content:
                return
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb", buffering=0) as file:
        file.write(content)


def render(root: str, out: str, names: list[str]) -> None:
    renderers = templates(f"{root}/.floor")
    with open(f"{root}/.floor/hashes.json", "rb") as file:
        hashes = json.load(file)
    places = [
        load(f"{root}/environments/{name}/environment.yaml") for name in os.listdir(f"{root}/environments")
    ]
    for name in names:
        manifest = load(f"{root}/models/{name}/model.yaml")
        for number, place in enumerate(places):
            known = values(manifest, place, hashes[name][place["name"]])
            for path, text, shared in renderers:
                if not (shared and number):
                    write(f"{out}/{path(known)}", text(known).encode())


def parts(names: list[str], jobs: int) -> Iterator[list[str]]:
    for number in range(jobs):
        yield names[number::jobs]


def main() -> None:
    root, out, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1
    names = os.listdir(f"{root}/models")
    if jobs == 1:
        render(root, out, names)
        return
    for some in parts(names, jobs):
        if os.fork() == 0:
            render(root, out, some)
            os._exit(0)
    for _ in range(jobs):
        os.wait()


if __name__ == "__main__":
    main()
