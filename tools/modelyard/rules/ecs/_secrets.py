"""Names of secrets, and whether they are the environment's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from modelyard.rules.api import Context
from modelyard.subjects.document import Place

# A part may be a function of CloudFormation, which has colons of its own: ${AWS::AccountId}.
_PART = r"(?:\$\{[^}]*\}|[^:$]*)"
_MANAGER = re.compile(
    rf"arn:{_PART}:secretsmanager:{_PART}:{_PART}:secret:((?:\$\{{[^}}]*\}}|[^:])*)(?::.*)?"
)
_PARAMETER = re.compile(rf"arn:{_PART}:ssm:{_PART}:{_PART}:parameter/?(.*)")


class SecretName(NamedTuple):
    """A secret's name as the store knows it, without a parameter's leading slash."""

    store: str
    name: str


@lru_cache(maxsize=4096)
def parse(arn: str) -> SecretName | None:
    """The secret that an ARN names; None for any other ARN. The name may hold wildcards."""
    match = _MANAGER.fullmatch(arn)
    if match:
        return SecretName("secretsmanager", match.group(1))
    match = _PARAMETER.fullmatch(arn)
    return SecretName("ssm", match.group(1).lstrip("/")) if match else None


def wrong_name(secret: SecretName, place: Place, context: Context) -> str:
    """What is wrong with a name here, or nothing.

    It must begin with the environment's ``secretPrefix``, and what follows must not be a folder that is
    named after another model.
    """
    known = context.environment(place)
    # A name that begins with a function of CloudFormation is known to nobody before the stack is made.
    if known is None or secret.name.startswith("${"):
        return ""
    prefix = known.secret_prefix.lstrip("/")
    if not secret.name.startswith(prefix):
        return f"secrets of {known.name} begin with {prefix}"
    folder, slash, _ = secret.name.removeprefix(prefix).partition("/")
    if place.model and slash and folder != place.model and folder in _models(context.files):
        return f"it is a secret of the model {folder}"
    return ""


# One repository is looked at, and its set of paths is one object.
@lru_cache(maxsize=1)
def _models(files: frozenset[str]) -> frozenset[str]:
    found = (path.split("/") for path in files if path.startswith("models/") and path.endswith("/model.yaml"))
    return frozenset(steps[1] for steps in found if len(steps) == 3)
