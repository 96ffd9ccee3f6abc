"""kubernetes-validate: whether objects are what the API of Kubernetes takes, by its own schemas, strictly.

An adapter is not told which version a cluster has, so an object is held against every version that an
environment may name. What is wrong in all of them is refused by any cluster.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.scanners._documents import Piece, container_around, pieces_of, resources_of
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
from modelyard.subjects.kubernetes import core_groups

NAME = "kubernetes-validate"
KINDS: tuple[Kind, ...] = ("kubernetes",)
VERSIONS = ("1.34", "1.35", "1.36")  # a test holds them against those of environment.yaml
# Whose kinds have no schema here. The operators that serve them validate them when they are applied.
OTHERS_GROUPS = frozenset(
    {
        *("argoproj.io", "kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"),
        *("external-secrets.io", "secrets-store.csi.x-k8s.io", "cert-manager.io", "monitoring.coreos.com"),
        *("gateway.networking.k8s.io", "elbv2.k8s.aws", "vpcresources.k8s.aws", "snapshot.storage.k8s.io"),
        *("karpenter.sh", "karpenter.k8s.aws", "keda.sh", "kueue.x-k8s.io"),
        *("serving.kserve.io", "ray.io", "kubeflow.org", "leaderworkerset.x-k8s.io"),
    }
)
RULES = {
    "schema-violation": RuleInfo(
        "schema-violation",
        NAME,
        Level.HIGH,
        "an object is not what the API of Kubernetes takes",
        "a misspelled field is dropped in silence by some clients, and with it the protection it was to give",
        "correct the field; `kubectl explain` says what there is",
    ),
    "unknown-kind": RuleInfo(
        "unknown-kind",
        NAME,
        Level.HIGH,
        "Kubernetes has no such kind in this version of its API",
        "it was removed or never existed: the object is not created, and what relies on it is not there",
        "use the kind and apiVersion that `kubectl api-resources` shows",
    ),
    "kind-without-schema": RuleInfo(
        "kind-without-schema",
        NAME,
        Level.LOW,
        "an object of a custom kind that nothing here can validate",
        "its fields are checked by nobody before it is applied",
        "see that its operator validates it",
    ),
}
_DRIVER = Path(__file__).with_name("_kubernetes_validate_driver.py")
_SHOWN = 300


def wants(one: Input) -> bool:
    """Whether there are objects of Kubernetes in the file."""
    return "kubernetes" in one.kinds


def resources(one: Input) -> tuple[str, ...]:
    """What has to be shown to have been validated."""
    return resources_of(one, KINDS)


def run(task: Task) -> Outcome:
    """Holds every object of all inputs against the schema of its kind."""
    pieces = [
        piece for index, one in enumerate(task.placed.values()) for piece in pieces_of(index, one, KINDS)
    ]
    unread = {piece.one.path for piece in pieces if piece.document is None}
    # A group that is none of Kubernetes' own has no schema here, whatever its name begins with.
    ours = [piece for piece in pieces if piece.document is not None and group_of(piece) in core_groups]
    report = _ask(task, [piece.document.data for piece in ours if piece.document is not None])
    detections = [one for piece in pieces for one in _without_schema(piece)]
    for said, piece in zip(report, ours, strict=True):
        detections += _detections(said, piece)
    return Outcome(
        detections=tuple(detections),
        read=frozenset({one.path for one in task.placed.values()} - unread),
        resources=frozenset((piece.one.path, name) for piece in pieces for name in piece.resources),
        rules=tuple(RULES.values()),
    )


def group_of(piece: Piece) -> str | None:
    """The API group of an object; None where it does not say, or not as text."""
    data = piece.document.data if piece.document is not None else {}
    version, kind = data.get("apiVersion"), data.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return None
    return version.rpartition("/")[0]


def _ask(task: Task, objects: list[Any]) -> list[Any]:
    plan = task.scratch / "plan.json"
    plan.write_text(json.dumps({"versions": VERSIONS, "objects": objects}))
    task.call("-I", "-X", "utf8", str(_DRIVER), str(plan), str(task.scratch / "report.json"))
    report = get(read_json(task.report("report.json"), "its report"), list)
    if len(report) != len(objects):
        raise Malformed(f"reports on {len(report)} objects of {len(objects)}")
    return report


def _without_schema(piece: Piece) -> Iterator[Detection]:
    """What is to be said of an object that is not asked about."""
    if piece.document is None:
        return
    group = group_of(piece)
    if group is None:
        message = "apiVersion and kind have to be there, as text"
        yield _detection("schema-violation", piece, (), message, Level.HIGH)
    elif group not in core_groups | OTHERS_GROUPS:
        message = f"nothing here can validate objects of the group {group}"
        yield _detection("kind-without-schema", piece, ("apiVersion",), message, Level.LOW)


def _detections(said: Any, piece: Piece) -> Iterator[Detection]:
    """What is wrong with an object, each problem once, and in which versions it is."""
    # By place, since the words may differ: a version may know more values than another.
    places: dict[tuple[str, Steps], set[str]] = {}
    found: dict[tuple[str, Steps, str], list[str]] = {}
    for version in VERSIONS:
        for rule, steps, message in _problems(said, version):
            places.setdefault((rule, steps), set()).add(version)
            found.setdefault((rule, steps, message), []).append(version)
    for (rule, steps, message), versions in found.items():
        level = Level.HIGH if len(places[rule, steps]) == len(VERSIONS) else Level.LOW
        shown = "any version" if len(set(versions)) == len(VERSIONS) else " and ".join(versions)
        yield _detection(rule, piece, steps, message, level, f" (in {shown} of Kubernetes)")


def _problems(said: Any, version: str) -> Iterator[tuple[str, Steps, str]]:
    """What is wrong in one version: rule, path and words."""
    if get(said, dict).get(version, ()) is None:
        yield "unknown-kind", ("apiVersion",), "there is no such kind of this apiVersion"
        return
    for problem in get(said, list, version):
        steps = tuple(step if isinstance(step, int) else str(step) for step in get(problem, list, 0))
        shown = ".".join(map(str, steps))
        yield "schema-violation", steps, f"{shown}: {get(problem, str, 1)}" if shown else get(problem, str, 1)


def _detection(
    rule: str, piece: Piece, steps: Steps, message: str, level: Level, where: str = ""
) -> Detection:
    resource = container_around(piece, steps) or piece.resources[0]
    fix = RULES[rule].fix
    evidence = evidence_of(message) if steps else ""
    shown = message[:_SHOWN] + where
    return Detection(rule, NAME, level, piece.at(steps), shown, fix, resource, evidence)


SCANNER = Scanner(
    name=NAME,
    tool=Tool(
        executable="kubernetes-validate",
        interpreted=True,
        package="kubernetes-validate",
        minimum=(1, 36),
        below=(2,),
        version_arguments=(
            "-I",
            "-c",
            "from kubernetes_validate.version import __version__; print(__version__)",
        ),
    ),
    wants=wants,
    run=run,
    resources=resources,
    bundle=json.dumps([VERSIONS, sorted(OTHERS_GROUPS)]),
    seconds=60,
    seconds_per_file=0.1,
    memory=1024 * MIB,
)
