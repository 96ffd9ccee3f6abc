"""Labels and the head of every object.

The recommended labels: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.targets.kubernetes.context import Context

# Values end in a letter or digit and have at most 63 characters.
_MAX_VALUE = 63


def selector(context: Context) -> dict[str, str]:
    """What finds the pods. A Deployment's selector can never be changed: nothing else may go in here."""
    workload = context.workload
    return {"app.kubernetes.io/name": workload.model, "app.kubernetes.io/instance": workload.full_name}


def labels(context: Context) -> dict[str, str]:
    """The labels of every object."""
    workload = context.workload
    return {
        **selector(context),
        "app.kubernetes.io/component": "job" if workload.service is None else "model-server",
        "app.kubernetes.io/part-of": "models",
        "app.kubernetes.io/managed-by": "modelyard",
        "modelyard.dev/environment": workload.place.environment,
        "modelyard.dev/owner": owner(workload.owner),
        **workload.labels,
    }


def pod_labels(context: Context) -> dict[str, str]:
    """The labels of the pods; a Fargate profile selects them by some of these."""
    extra = context.platform.fargate.labels if context.on_fargate else {}
    return {**labels(context), **extra, **selector(context)}


def owner(team: str) -> str:
    """A team as a label value, which has no slash: ``acme/risk-ml`` is ``acme.risk-ml``."""
    return team.replace("/", ".")[:_MAX_VALUE].rstrip("-.")


def metadata(context: Context, name: str, annotations: dict[str, str] | None = None) -> dict[str, Plain]:
    """The metadata of an object in the workload's namespace."""
    head: dict[str, Plain] = {"name": name, "namespace": context.namespace, "labels": labels(context)}
    if annotations:
        head["annotations"] = annotations
    return head


def document(
    context: Context,
    api: str,
    kind: str,
    spec: Plain,
    name: str = "",
    annotations: dict[str, str] | None = None,
) -> dict[str, Plain]:
    """An object with a spec; named like the model unless ``name`` says otherwise."""
    head = metadata(context, name or context.name, annotations)
    return {"apiVersion": api, "kind": kind, "metadata": head, "spec": spec}
