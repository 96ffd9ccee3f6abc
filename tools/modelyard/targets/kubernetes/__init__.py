"""Kubernetes on EKS: a model as a Deployment or CronJob with everything around it, for ``kubectl apply -k``.

``manifests.yaml`` holds the objects in the order in which they are applied, ``kustomization.yaml`` names
it, and ``iam.yaml``, where the model may do something in AWS, is the CloudFormation template of its role.
"""

from __future__ import annotations

from modelyard.resolve.workload import Feature
from modelyard.targets.api import Selection, Target
from modelyard.targets.kubernetes.checks import check
from modelyard.targets.kubernetes.claims import claims
from modelyard.targets.kubernetes.context import TARGET_NAME
from modelyard.targets.kubernetes.explain import explain
from modelyard.targets.kubernetes.render import render
from modelyard.targets.kubernetes.settings import KubernetesPlatform, KubernetesSettings

# Not FireLens, which is a feature of ECS; nor scaling to zero or on requests, which the autoscaler can do
# only with an adapter for external metrics.
_HONOURS = frozenset(
    {
        Feature.ARM64,
        Feature.ARTIFACTS,
        Feature.EBS,
        Feature.EFS,
        Feature.GPU,
        Feature.JOB,
        Feature.METRICS,
        Feature.MULTI_CONTAINER,
        Feature.MULTI_MODEL,
        Feature.NETWORK,
        Feature.NETWORK_NAMESPACE,
        Feature.ORDER,
        Feature.PARALLELISM,
        Feature.PERMISSIONS,
        Feature.RETRIES,
        Feature.SCALING,
        Feature.SCHEDULE,
        Feature.SCRATCH,
        Feature.SECRETS,
        Feature.SERVICE,
        Feature.SHARED_MEMORY,
        Feature.SIDECARS,
        Feature.STORAGE,
        Feature.TIMEOUT,
    }
)

TARGET = Target(
    name=TARGET_NAME,
    summary="Kubernetes manifests for Amazon EKS: EC2 nodes, Karpenter or Fargate",
    settings=KubernetesSettings,
    platform=KubernetesPlatform,
    selection=Selection.NAMED,
    honours=_HONOURS,
    render=render,
    check=check,
    explain=explain,
    claims=claims,
)

__all__ = ["TARGET"]
