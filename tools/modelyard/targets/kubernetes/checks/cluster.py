"""What a model needs of its cluster and the environment may not have named."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.findings.nearest import did_you_mean
from modelyard.resolve.workload import Feature
from modelyard.targets.kubernetes.config import store_of
from modelyard.targets.kubernetes.context import Context

_SETTINGS = ("targets", "kubernetes")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all policies of a role's own
# together, without spaces.
_MAX_POLICY = 10_240
_STORES = {"secretsmanager": ("secretStore", "Secrets Manager"), "ssm": ("parameterStore", "Parameter Store")}


def check_cluster(context: Context) -> Iterator[Finding]:
    """Region, identity, secret stores, storage classes, priority classes, load balancers."""
    yield from _identity(context)
    yield from _policy(context)
    yield from _secrets(context)
    workload, platform = context.workload, context.platform
    for volume in workload.volumes:
        if volume.kind == "ebs" and volume.disk_type not in platform.storage_classes:
            known = ", ".join(sorted(platform.storage_classes)) or "none"
            message = f"{platform.cluster} has no storage class for {volume.disk_type} (known: {known})"
            hint = f"add it to {_platform(context, 'storageClasses')}, or choose another type"
            yield workload.finding("no-storage-class", ("volumes", volume.name, "ebs"), message, hint)
    wanted = context.settings.priority_class
    if wanted is not None and wanted not in platform.priority_classes:
        hint = (
            did_you_mean(wanted, platform.priority_classes)
            or f"add it to {_platform(context, 'priorityClasses')}"
        )
        message = f"{wanted} is not one of the priority classes of {platform.cluster}"
        yield workload.finding("unknown-priority-class", (*_SETTINGS, "priorityClass"), message, hint)
    yield from _ingress(context)


def _platform(context: Context, field: str) -> str:
    environment = context.workload.place.environment
    return f"platforms.kubernetes.{field} in environments/{environment}/environment.yaml"


def _identity(context: Context) -> Iterator[Finding]:
    workload, platform = context.workload, context.platform
    if not context.role:
        return
    path = (*_SETTINGS, "identity")
    if not workload.place.region:
        message = "the model may do something in AWS, but the cluster is in no region"
        hint = "move platforms.kubernetes below a region of the environment"
        yield workload.finding("platform-without-region", _SETTINGS, message, hint)
    elif context.identity not in platform.identity:
        message = f"the cluster {platform.cluster} does not offer {context.identity}"
        yield workload.finding(
            "identity-not-offered", path, message, f"choose {' or '.join(platform.identity)}"
        )
    elif context.identity == "irsa" and platform.oidc_provider is None:
        hint = f"set {_platform(context, 'oidcProvider')}"
        yield workload.finding(
            "no-oidc-provider", path, f"the OIDC issuer of {platform.cluster} is not known", hint
        )


def _policy(context: Context) -> Iterator[Finding]:
    size = policy_size(context)
    if size <= _MAX_POLICY:
        return
    features = context.workload.features
    asked = (Feature.MULTI_MODEL, Feature.ARTIFACTS, Feature.PERMISSIONS)
    path = next((features[feature] for feature in asked if feature in features), _SETTINGS)
    message = f"the policy of the model's role has {size} characters, and IAM takes {_MAX_POLICY}"
    hint = (
        "name fewer objects: each file that is fetched is one; keep them in fewer files, or split the model"
    )
    yield context.workload.finding("policy-too-large", path, message, hint)


def policy_size(context: Context) -> int:
    """Characters of the role's policy as JSON without spaces."""
    size = len('{"Version":"2012-10-17","Statement":[]}')
    for item in context.statements:
        size += len('{"Sid":"","Effect":"Allow","Action":[],"Resource":[]},') + len(item.sid)
        size += sum(len(text) + len('"",') for text in (*item.actions, *item.resources))
    return size


def _secrets(context: Context) -> Iterator[Finding]:
    workload = context.workload
    for part in context.parts:
        for secret in part.secrets:
            if store_of(context, secret.store) is None:
                field, what = _STORES[secret.store]
                path = (*part.path, "secrets", secret.variable)
                message = f"the cluster {context.platform.cluster} has no store that reads {what}"
                yield workload.finding("no-secret-store", path, message, f"set {_platform(context, field)}")


def _ingress(context: Context) -> Iterator[Finding]:
    workload, asked, gateway = context.workload, context.settings.ingress, context.platform.gateway
    if asked is None:
        return
    if workload.service is None:
        yield workload.finding(
            "ingress-of-job", (*_SETTINGS, "ingress"), "a job answers no requests", "remove ingress"
        )
    elif gateway is not None and gateway.scheme != asked.scheme:
        message = f"the Gateway {gateway.name} of {context.platform.cluster} is {gateway.scheme}"
        path = (*_SETTINGS, "ingress", "scheme")
        yield workload.finding("ingress-scheme", path, message, f"set scheme: {gateway.scheme}")
