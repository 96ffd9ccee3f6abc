"""Holds objects against the schemas of kubernetes-validate. Started by its own Python, never imported.

    python -I _kubernetes_validate_driver.py PLAN REPORT

The program ``kubernetes-validate`` itself is not used: it reads YAML in its own way, stops at the first
problem of an object, reads the schemas anew for each, and takes an object of ``apps.example.com`` for one of
``apps``. PLAN is JSON: ``versions`` of Kubernetes and ``objects``. REPORT has, for each object and version,
the problems (path of keys, message) or null where there is no schema. Messages hold no values.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from typing import Any

from jsonschema import Draft202012Validator
from kubernetes_validate import utils
from referencing import Registry, Resource

ROOT = "kubernetes-json-schema"


@functools.cache
def folder(version: str) -> str:
    """Where the strict schemas of a minor version are. Raises LookupError if the package has none."""
    patch = [one for one in utils.all_versions() if utils.major_minor(one) == version]
    if not patch:
        raise LookupError(f"no schemas of Kubernetes {version}")
    return f"{ROOT}/v{patch[-1]}-local-strict"


@functools.cache
def registry(version: str) -> Any:
    definitions = utils.schema_contents(f"{folder(version)}/_definitions.json", version)
    return Resource.from_contents(definitions) @ Registry()


@functools.cache
def validator(version: str, kind: str, api: str) -> Any:
    """What validates objects of a kind, or None where there is no schema of it."""
    # The schema of rbac.authorization.k8s.io/v1 Role is role-rbac-v1.json.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api)
    if not re.fullmatch(r"[A-Za-z0-9]+", kind) or not re.fullmatch(r"[a-z0-9-]+", group):
        return None
    try:
        schema = utils.schema_contents(f"{folder(version)}/{kind.lower()}-{group}.json", version)
    except FileNotFoundError:
        return None
    return Draft202012Validator(schema, registry=registry(version))


def problems(version: str, data: dict[str, Any]) -> list[Any] | None:
    """What is wrong with an object in this version, or None where there is no schema of its kind."""
    checker = validator(version, data["kind"], data["apiVersion"])
    if checker is None:
        return None
    return [[list(error.absolute_path), words(error)] for error in checker.iter_errors(data)]


def words(error: Any) -> str:
    """What is wrong, without the value itself: it may be a secret."""
    if error.validator in ("additionalProperties", "required"):  # these name keys
        return str(error.message)
    if error.validator in ("type", "enum", "const", "format", "pattern"):
        return f"is not of {error.validator} {json.dumps(error.validator_value)}"
    return f"does not satisfy `{error.validator}` of the schema"


def main(plan_path: str, report_path: str) -> None:
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    found = [{version: problems(version, data) for version in plan["versions"]} for data in plan["objects"]]
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
