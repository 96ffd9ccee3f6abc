"""checkov: misconfigurations in Dockerfiles, CloudFormation and objects of Kubernetes.

Workflows are left to zizmor and actionlint, secrets to gitleaks and to our own rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners._documents import Piece, container_around, pieces_of, resources_of, write_pieces
from modelyard.scanners.api import (
    MIB,
    Input,
    Malformed,
    Outcome,
    Scanner,
    Task,
    Tool,
    evidence_of,
    get,
    read_json,
)
from modelyard.subjects.document import Kind
from modelyard.subjects.document import Path as Steps

KINDS: tuple[Kind, ...] = ("dockerfile", "cloudformation", "kubernetes")
# What is not asked for, and why.
OFF = {
    "CKV2_K8S_6": "a NetworkPolicy may be in any other file, and each file is looked at by itself",
    "CKV_K8S_43": "our image-not-by-digest asks the same, and knows the tags that are made of content",
    "CKV_AWS_163": "our no-scan-on-push asks the same, and sees that the registry itself may scan",
}
# checkov's own severities are not in the open-source program. These differ from medium, and why.
LEVELS = {
    # Whoever breaks out of the container is the host's root, or already was.
    **dict.fromkeys(("CKV_K8S_16", "CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19", "CKV_K8S_27"), Level.HIGH),
    **dict.fromkeys(("CKV_K8S_39", "CKV_K8S_49", "CKV_K8S_156", "CKV_K8S_157", "CKV_K8S_158"), Level.HIGH),
    # Anybody, or any action: a policy that forbids nothing.
    **dict.fromkeys(("CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_62", "CKV_AWS_63"), Level.HIGH),
    # The world may read, write or log in.
    **dict.fromkeys(("CKV_AWS_20", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_57"), Level.HIGH),
    # A credential in plain sight.
    **dict.fromkeys(("CKV_AWS_45", "CKV_AWS_46"), Level.HIGH),
    # A key of one's own instead of AWS's: who may read does not change. trivy calls these low as well.
    **dict.fromkeys(("CKV_AWS_136", "CKV_AWS_149", "CKV_AWS_158"), Level.LOW),
    # Probes keep a service up, and keep nobody out.
    **dict.fromkeys(("CKV_K8S_8", "CKV_K8S_9"), Level.LOW),
    # Pulling always asks the registry again for what a digest or a tag made of content has fixed.
    "CKV_K8S_15": Level.LOW,
    # The manifest holds a reference either way; our rules look for secrets that stand in it.
    "CKV_K8S_35": Level.LOW,
    # Users 1 to 9999 may exist on the node too; that they are no root is another check.
    "CKV_K8S_40": Level.LOW,
}
_DRIVER = Path(__file__).with_name("_checkov_driver.py")
_SHOWN = 300


def wants(one: Input) -> bool:
    """Whether anything in the file is for checkov."""
    return any(kind in KINDS for kind in one.kinds)


def resources(one: Input) -> tuple[str, ...]:
    """What checkov has to show that it has read."""
    return resources_of(one, KINDS)


def run(task: Task) -> Outcome:
    """Runs checkov over the documents of all inputs, each input by itself."""
    pieces = [
        _named(piece)
        for index, one in enumerate(task.placed.values())
        for piece in pieces_of(index, one, KINDS)
    ]
    folder = task.scratch / "documents"
    write_pieces(pieces, folder)
    groups = list(_groups(pieces))
    plan = task.scratch / "plan.json"
    asked = [(framework, [str(folder / piece.name) for piece in group]) for framework, group in groups]
    plan.write_text(json.dumps({"skip": sorted(OFF), "groups": asked}))
    task.call("-I", "-X", "utf8", str(_DRIVER), str(plan), str(task.scratch / "report.json"))
    report = read_json(task.report("report.json"), "its report")
    if len(get(report, list)) != len(groups):
        raise Malformed(f"reports on {len(report)} inputs of {len(groups)}")
    answer = _Answer(str(folder))
    for said, (_, group) in zip(report, groups, strict=True):
        answer.take(said, group)
    return answer.outcome(task)


def _named(piece: Piece) -> Piece:
    """The piece, with a name for an object that gets one from the cluster: checkov drops what has none."""
    data = piece.document.data if piece.document is not None else {}
    metadata = data.get("metadata") if piece.kind == "kubernetes" else None
    if not isinstance(metadata, dict) or metadata.get("name") or not metadata.get("generateName"):
        return piece
    named = {**data, "metadata": {**metadata, "name": metadata["generateName"]}}
    return replace(piece, text=json.dumps(named).encode(), before=None)


def _groups(pieces: list[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """The pieces of each input that are of one kind; broken ones go with the others of their file."""
    by_group: dict[tuple[str, str], list[Piece]] = {}
    for piece in pieces:
        kind: str = piece.kind or next(kind for kind in piece.one.kinds if kind in KINDS)
        by_group.setdefault((piece.one.path, kind), []).append(piece)
    for (_, kind), group in by_group.items():
        yield kind, group


class _Answer:
    """What checkov said so far, in our words."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.detections: list[Detection] = []
        self.suppressed: list[Detection] = []
        self.rules: dict[str, RuleInfo] = {}
        self.seen: set[tuple[str, str]] = set()
        self.unread: set[str] = set()

    def take(self, said: Any, group: list[Piece]) -> None:
        """Adds what was said of one group of pieces."""
        by_name = {piece.name: piece for piece in group}
        read = set()
        for pair in get(said, list, "seen"):
            piece = self.piece(get(pair, str, 0), by_name)
            read.add(piece.name)
            self.see(piece, get(pair, str, 1))
        for into, key in ((self.detections, "failed"), (self.suppressed, "skipped")):
            into += [self.detection(one, by_name) for one in get(said, list, key)]
        if get(said, str, "error") or read != set(by_name):
            self.unread.update(piece.one.path for piece in group)

    def piece(self, file: str, by_name: dict[str, Piece]) -> Piece:
        """The piece of a file that checkov names. Raises Malformed for any that it was not given."""
        name = file.removeprefix(self.folder + "/")
        if name not in by_name:
            raise Malformed(f"speaks of {name[:200]!r}, which it was not given")
        return by_name[name]

    def see(self, piece: Piece, resource: str) -> None:
        """Notes that a resource was read."""
        if piece.kind == "cloudformation":
            self.seen.add((piece.one.path, resource.rpartition(".")[2]))
        else:
            self.seen.update((piece.one.path, name) for name in piece.resources)

    def detection(self, said: Any, by_name: dict[str, Piece]) -> Detection:
        """One result as a detection, and what is known of its check."""
        rule, summary = get(said, str, 0), get(said, str, 1)
        piece = self.piece(get(said, str, 2), by_name)
        level = LEVELS.get(rule, Level.MEDIUM)
        self.rules[rule] = RuleInfo(rule, "checkov", level, summary)
        first, last = get(said, int, 5), get(said, int, 6)
        keys = [key for key in get(said, list, 4) if isinstance(key, str)]
        if piece.kind == "dockerfile":
            location, resource = piece.at_line(first), ""
            # What a Dockerfile lacks is said of all of it, and stays the same with every edit.
            whole = last - first >= piece.text.rstrip().count(b"\n")
            evidence = "" if whole else evidence_of(piece.lines(first, last))
        else:
            location, resource = _place(piece, get(said, str, 3), keys[0] if keys else "")
            evidence = ""
        return Detection(rule, "checkov", level, location, summary[:_SHOWN], "", resource, evidence)

    def outcome(self, task: Task) -> Outcome:
        """All of it."""
        paths = {one.path for one in task.placed.values()}
        return Outcome(
            detections=tuple(self.detections),
            read=frozenset(paths - self.unread),
            resources=frozenset(self.seen),
            suppressed=tuple(self.suppressed),
            rules=tuple(self.rules[name] for name in sorted(self.rules)),
        )


def _place(piece: Piece, resource: str, key: str) -> tuple[Location, str]:
    """Where the value stands that a check looked at, and the address of the container or resource."""
    start: Steps = ()
    address = piece.resources[0] if piece.resources else ""
    if piece.kind == "cloudformation":
        address = resource.rpartition(".")[2]
        start = ("Resources", address)
    steps = (*start, *_steps(key))
    return piece.at(steps), container_around(piece, steps) or address


def _steps(key: str) -> Steps:
    """``spec/containers/[0]/image``, checkov's way to name a value, as a path."""
    parts = [part for part in key.split("/") if part]
    return tuple(int(part[1:-1]) if part[1:-1].isdecimal() and part[0] == "[" else part for part in parts)


SCANNER = Scanner(
    name="checkov",
    tool=Tool(
        executable="checkov",
        interpreted=True,
        package="checkov",
        minimum=(3, 3, 0),
        below=(3, 4),
        environment="checkov",
        version_arguments=("-I", "-c", "from checkov.version import version; print(version)"),
    ),
    wants=wants,
    run=run,
    resources=resources,
    bundle=json.dumps([OFF, sorted(LEVELS.items())]),
    seconds=120,
    seconds_per_file=0.2,
    memory=2048 * MIB,
)
