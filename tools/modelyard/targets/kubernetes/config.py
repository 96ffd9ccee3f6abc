"""Configuration and identity: ServiceAccount, ConfigMaps, ExternalSecret.

ConfigMaps and Secrets are named after their content, so that a change of it rolls the pods out, and
so that the pods of the previous revision keep the values that they began with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelyard.artifact import Plain
from modelyard.resolve.workload import ResolvedContainer, ResolvedSecret
from modelyard.targets.kubernetes import telemetry
from modelyard.targets.kubernetes.context import Context, Part, short_hash
from modelyard.targets.kubernetes.labels import document, metadata
from modelyard.targets.kubernetes.settings import SecretStore
from modelyard.targets.kubernetes.volumes import TMP

# Argo CD removes what is no longer in Git only when the new pods are healthy.
_KEEP_WHILE_ROLLING = {"argocd.argoproj.io/sync-options": "PruneLast=true"}


def service_account(context: Context) -> Plain:
    """The identity of the pods. They have no business with the Kubernetes API and get no token for it."""
    annotations = None
    if context.role and context.identity == "irsa":
        role = context.workload.place.arn("iam", f"role/{context.role}", region=False)
        annotations = {"eks.amazonaws.com/role-arn": role, "eks.amazonaws.com/sts-regional-endpoints": "true"}
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(context, context.name, annotations),
        "automountServiceAccountToken": False,
    }


def variables(context: Context, part: Part) -> dict[str, str]:
    """The plain variables of a container, sorted: its own win over those of the platform."""
    found = {"HOME": TMP}  # the home folders of images cannot be written to
    if context.workload.place.region:
        found["AWS_REGION"] = context.workload.place.region
    if isinstance(part, ResolvedContainer):
        if context.telemetry is not None:
            found.update(telemetry.variables(context.workload))
        own: Mapping[str, str] = part.env
    else:
        if telemetry.configured_here(part):
            found[telemetry.CONFIG_VARIABLE] = telemetry.configuration(context.workload)
        own = part.spec.env
    found.update(own)
    return dict(sorted(found.items()))


def config_name(context: Context, part: str, data: Mapping[str, str]) -> str:
    """The name of a container's ConfigMap, which says what is in it."""
    return f"{context.name}-{part}-{short_hash(repr(data))}"


def config_maps(context: Context) -> Iterator[Plain]:
    """One for each container."""
    for part in context.parts:
        data = variables(context, part)
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata(context, config_name(context, part.name, data), dict(_KEEP_WHILE_ROLLING)),
            "immutable": True,
            "data": data,
        }


def config_reference(context: Context, part: Part) -> list[Plain]:
    """How a container takes its variables from its ConfigMap."""
    return [{"configMapRef": {"name": config_name(context, part.name, variables(context, part))}}]


def secret_key(secret: ResolvedSecret) -> str:
    """The key in the Secret: one for each value, whatever variables it goes into."""
    readable = (secret.key or secret.name).strip("/").replace("/", ".")
    return f"{readable[-100:].lstrip('.')}-{short_hash(f'{secret.store} {secret.name} {secret.key}', 8)}"


def _values(context: Context) -> dict[str, ResolvedSecret]:
    every = [item for part in context.parts for item in part.secrets]
    return {
        secret_key(item): item for item in sorted(every, key=lambda item: (item.store, item.name, item.key))
    }


def secret_name(context: Context) -> str:
    """The Secret that is made of the workload's references."""
    return f"{context.name}-secrets-{short_hash(' '.join(_values(context)))}"


def secret_references(context: Context, secrets: tuple[ResolvedSecret, ...]) -> list[Plain]:
    """How a container takes its secrets: each variable from a key of the Secret."""
    if not secrets:
        return []
    name = secret_name(context)
    return [
        {"name": item.variable, "valueFrom": {"secretKeyRef": {"name": name, "key": secret_key(item)}}}
        for item in secrets
    ]


def store_of(context: Context, store: str) -> SecretStore | None:
    """The operator's store for ``secretsmanager`` or ``ssm``."""
    return context.platform.secret_store if store == "secretsmanager" else context.platform.parameter_store


def external_secret(context: Context) -> Iterator[Plain]:
    """What the External Secrets Operator copies into the Secret, by its own rights and not by the pods'.

    The operator's defaults are spelt out: it writes them into the object, and Argo CD would see a
    difference for ever. https://external-secrets.io/latest/api/externalsecret/
    """
    values = _values(context)
    if not values:
        return
    main = next(iter(values.values())).store
    name = secret_name(context)
    spec = {
        "refreshInterval": "1h",
        "secretStoreRef": _reference(context, main),
        "target": {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
        "data": [_entry(context, key, item, main) for key, item in values.items()],
    }
    yield document(context, "external-secrets.io/v1", "ExternalSecret", spec, name, dict(_KEEP_WHILE_ROLLING))


def _entry(context: Context, key: str, secret: ResolvedSecret, main: str) -> Plain:
    remote = {"key": secret.name}
    if secret.key:
        remote["property"] = secret.key
    remote |= {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
    entry: dict[str, Plain] = {"secretKey": key, "remoteRef": remote}
    if secret.store != main:
        entry["sourceRef"] = {"storeRef": _reference(context, secret.store)}
    return entry


def _reference(context: Context, store: str) -> Plain:
    found = store_of(context, store)
    assert found is not None  # a missing store is a finding
    return {"name": found.name, "kind": found.kind}
