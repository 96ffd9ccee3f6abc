"""Rendered Kubernetes manifests, run for real by podman: init containers, probes, users and limits."""

from __future__ import annotations

import pytest

from tests.containers.serving import invoke
from tests.support.containers import inside, kube_play
from tests.support.containers.builds import Built
from tests.support.containers.engine import Engine
from tests.support.containers.orders import orders
from tests.support.containers.repository import Repository
from tests.support.containers.s3 import Storage
from tests.support.containers.seeds import Seeds

pytestmark = pytest.mark.containers
MIB = 1 << 20


@pytest.mark.needs("iris-classifier")
def test_one_container_fetches_its_weights_and_serves(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    built("iris-classifier")
    seeds_of.fill("iris-classifier", storage.seed)
    text = rendered.manifests("iris-classifier").read_text()
    with kube_play.playing(containers, text, storage=storage) as pod:
        pod.wait_until_ready()
        assert all(pod.succeeds(probe) for probe in pod.probes("livenessProbe"))
        invoke(rendered, "iris-classifier", pod.ports[8080])
        facts = inside.ask(containers, pod.container("model"))
        assert (facts.user, facts.capabilities) == ((10001, 10001), {0})
        assert (facts.said["no_new_privileges"], facts.memory, facts.cores) == (True, 512 * MIB, 0.25)
        assert {folder for folder in facts.said["touch"] if facts.writable(folder)} == {"/tmp"}
        assert facts.said["environ"]["LOG_LEVEL"] == "debug", "from the ConfigMap"
        assert pod.stop() == {"model": 0}


@pytest.mark.needs("shelf-vision/vision", "shelf-vision/stats")
def test_two_containers_side_by_side(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    for name in ("vision", "stats"):
        built(f"shelf-vision/{name}")
    seeds_of.fill("shelf-vision", storage.seed)
    text = rendered.manifests("shelf-vision").read_text()
    with kube_play.playing(containers, text, storage=storage) as pod:
        pod.wait_until_ready()
        assert {probe.container for probe in pod.probes("readinessProbe")} == {"vision", "stats"}
        for name, port, memory, cores in (("vision", 8080, 8192, 2), ("stats", 8081, 1024, 0.5)):
            invoke(rendered, f"shelf-vision/{name}", pod.ports[port])
            facts = inside.ask(containers, pod.container(name))
            assert (facts.user, facts.memory, facts.cores) == ((10001, 10001), memory * MIB, cores)
        assert pod.stop() == {"vision": 0, "stats": 0}


@pytest.mark.needs("feature-builder")
def test_a_job_reads_and_writes_its_buckets(
    containers: Engine, rendered: Repository, built: Built, storage: Storage
) -> None:
    built("feature-builder")
    orders(rendered, storage.seed / "acme-orders/daily/orders.parquet")
    text = rendered.manifests("feature-builder").read_text()
    with kube_play.playing(containers, text, storage=storage) as pod:
        code = pod.wait_until_ended("model")
        assert code == 0, pod.log("model")
        assert pod.log("model").startswith("wrote")
    assert [key.rpartition("/")[2] for key in storage.stored("acme-features")] == [
        "_done.json",
        "features.parquet",
    ]


def test_weights_of_another_checksum_never_reach_the_server(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    built("iris-classifier")
    (artifact,) = seeds_of.artifacts("iris-classifier")
    target = storage.seed / artifact.bucket / artifact.key
    target.parent.mkdir(parents=True)
    target.write_text("{}")
    text = rendered.manifests("iris-classifier").read_text()
    with (
        pytest.raises(kube_play.PodFailed, match="fetch-weights ended with"),
        kube_play.playing(containers, text, storage=storage),
    ):
        pass
    assert not any(containers.left().values())
