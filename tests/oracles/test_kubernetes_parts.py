"""The parts of the Kubernetes target that something real can be asked about: a shell, sha256sum, AWS's own
table of Fargate sizes, and the rules by which Kubernetes expands the words of a command."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.load.shared import load_shared
from modelyard.pipeline.model import Scope, resolve_model
from modelyard.resolve.fetching import SCRIPT, fetch_words
from modelyard.resolve.workload import Workload
from modelyard.targets.kubernetes import TARGET
from modelyard.targets.kubernetes.checks.cluster import policy_size
from modelyard.targets.kubernetes.context import context_of, role_name
from modelyard.targets.kubernetes.delivery import weights
from modelyard.targets.kubernetes.fargate import FargateSize, provisioned
from modelyard.targets.kubernetes.iam import template
from modelyard.targets.kubernetes.labels import owner
from modelyard.targets.kubernetes.probes import literal
from modelyard.targets.kubernetes.resources import PodSize
from modelyard.targets.registry import discover
from modelyard.values import Cpu, Memory
from tests.support.repo import COMMON, TESTS, lay

GOLDEN = TESTS / "golden" / "kubernetes"
GIB = 2**30


def expand(word: str, variables: dict[str, str]) -> str:
    """What the kubelet makes of a word, by k8s.io/kubernetes/third_party/forked/golang/expansion."""

    def replaced(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        return variables.get(match[1], match[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", replaced, word)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="$()AB x", max_size=12))
def test_no_word_of_a_manifest_is_expanded(word: str) -> None:
    assert expand(literal(word), {"A": "1", "B": "2", "": "3"}) == word


def test_the_script_holds_nothing_that_kubernetes_would_expand() -> None:
    assert expand(SCRIPT, {}) == SCRIPT
    assert literal(SCRIPT) == SCRIPT


def size(millicores: int, memory: float) -> PodSize:
    return PodSize(Cpu(millicores), Memory(int(memory * GIB)), Memory(GIB))


@pytest.mark.parametrize(
    ("asked", "given_cpu", "given_memory"),
    [
        (size(1000, 8), 2000, 9),  # AWS's own example: 8 GiB and 256 MiB do not fit beside 1 vCPU
        (size(100, 0.125), 250, 0.5),
        (size(250, 1.75), 250, 2),
        (size(250, 1.8), 500, 3),
        (size(4000, 29.75), 4000, 30),
        (size(4000, 29.8), 8000, 32),
        (size(16000, 119.75), 16000, 120),
    ],
)
def test_fargate_rounds_up_as_documented(asked: PodSize, given_cpu: int, given_memory: float) -> None:
    assert provisioned(asked) == FargateSize(Cpu(given_cpu), Memory(int(given_memory * GIB)))


def test_beyond_the_largest_size_there_is_none() -> None:
    assert provisioned(size(16000, 119.76)) is None
    assert provisioned(size(16001, 1)) is None


def test_every_size_is_one_that_fargate_has() -> None:
    """The sizes are those of ECS, whose table cfn-lint ships; but not its newest, of 32 vCPU."""
    table = files("cfnlint") / "data/schemas/extensions/aws_ecs_taskdefinition/fargate_cpu_memory.json"
    known: set[tuple[int, int]] = set()
    for entry in json.loads(table.read_text())["then"]["anyOf"]:
        cpu = int(entry["properties"]["Cpu"]["then"]["enum"][0])
        memory = entry["properties"]["Memory"]["then"]
        steps = memory.get("enum") or range(memory["minimum"], memory["maximum"] + 1, memory["multipleOf"])
        known |= {(cpu * 1000 // 1024, int(step)) for step in steps if cpu <= 16384}
    found = set()
    for cpu in (250, 500, 1000, 2000, 4000, 8000, 16000):
        for mebibytes in range(256, 121 * 1024, 256):
            given_size = provisioned(PodSize(Cpu(cpu), Memory(mebibytes * 2**20), Memory(1)))
            if given_size is not None:
                found.add((given_size.cpu.millicores, given_size.memory.mebibytes))
    assert found == known


def workload(case: str, model: str, folder: Path) -> Workload:
    """The workload of a golden case in dev, as the pipeline resolves it."""
    root = lay(folder / "repo", COMMON, GOLDEN / case / "input")
    targets = discover()
    shared = load_shared(root, targets.plugins)
    resolved, findings, _ = resolve_model(root, model, shared, targets, Scope(frozenset(["dev"])))
    assert not [*shared.findings, *findings]
    return resolved.workloads[0]


def test_explains_what_fargate_provisions(tmp_path: Path) -> None:
    told = {item.field: item.value for item in TARGET.explain(workload("fargate", "onnx", tmp_path))}
    assert told["podSize"] == "1 CPU, 8Gi memory, 1088Mi disk"
    assert told["fargateSize"] == "2 vCPU, 9Gi"
    assert told["role"] == "dev-onnx-pods-eu-west-1"
    assert told["serviceAccount"] == "onnx"
    assert told["nodeSelector"] == "kubernetes.io/arch=amd64"


def test_explains_the_size_of_a_pod_with_sidecars(tmp_path: Path) -> None:
    """Four parts beside the model, of 64m each, but the one that ends before the model starts."""
    told = {item.field: item.value for item in TARGET.explain(workload("everything", "fraud", tmp_path))}
    assert told["podSize"].startswith("1692m CPU, 6528Mi memory,")
    assert told["terminationGracePeriodSeconds"] == "65"


def test_hosted_models_share_one_folder(tmp_path: Path) -> None:
    menus = workload("multi-model", "menus", tmp_path)
    (folder,) = weights(menus)
    assert (folder.folder, folder.size) == ("/opt/ml/models", Memory(34 * 2**20))
    assert fetch_words(menus).count("fetch") == len(menus.deliveries)


def test_long_role_names_are_cut_and_stay_apart(tmp_path: Path) -> None:
    import dataclasses

    short = workload("smallest", "iris", tmp_path)
    place = dataclasses.replace(short.place, environment="e" * 16, region="ap-southeast-1")
    names = {role_name(dataclasses.replace(short, model="m" * 31 + end, place=place)) for end in "ab"}
    assert len(names) == 2
    assert {len(name) for name in names} == {64}
    assert role_name(short) == "dev-iris-pods-eu-west-1"


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*)?", fullmatch=True))
def test_every_owner_is_a_label_value(team: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", owner(team))


@pytest.mark.parametrize(("case", "model"), [("everything", "fraud"), ("nightly-job", "features")])
def test_the_size_of_a_policy_is_that_of_its_json(case: str, model: str, tmp_path: Path) -> None:
    context = context_of(workload(case, model, tmp_path))
    role = template(context)["Resources"]["Role"]["Properties"]
    text = json.dumps(role["Policies"][0]["PolicyDocument"], separators=(",", ":"))
    commas = len(context.statements) * 3  # the last entry of each list, and the last statement, has none
    assert len(text) <= policy_size(context) <= len(text) + commas
