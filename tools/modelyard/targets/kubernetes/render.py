"""The files of one workload."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.artifact import Artifact, Plain, YamlStream
from modelyard.resolve.workload import Workload
from modelyard.targets.kubernetes import config, iam, job, network, service, volumes
from modelyard.targets.kubernetes.context import TARGET_NAME, Context, context_of

_MANIFESTS = "manifests.yaml"


def render(workload: Workload) -> Iterator[Artifact]:
    """``manifests.yaml``, ``kustomization.yaml`` and, where the pods have a role, ``iam.yaml``."""
    context = context_of(workload)
    yield _file(workload, _MANIFESTS, tuple(_documents(context)))
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [_MANIFESTS],
    }
    yield _file(workload, "kustomization.yaml", (kustomization,))
    if context.role:
        yield _file(workload, "iam.yaml", (iam.template(context),))


def _file(workload: Workload, name: str, documents: tuple[Plain, ...]) -> Artifact:
    return Artifact(workload.output(TARGET_NAME, name), YamlStream(documents), workload.source)


def _documents(context: Context) -> Iterator[Plain]:
    """In the order of apply: what others refer to comes first, and no pod starts before its policy."""
    yield config.service_account(context)
    yield from config.config_maps(context)
    yield from config.external_secret(context)
    yield from volumes.file_systems(context)
    yield from network.network_policy(context)
    yield from network.security_group_policy(context)
    if context.workload.job is not None:
        yield job.cron_job(context)
        return
    yield service.cluster_service(context)
    yield service.deployment(context)
    yield from service.autoscaler(context)
    yield from service.disruption_budget(context)
    yield from service.way_in(context)
    yield from service.monitoring(context)
