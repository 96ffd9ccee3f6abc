"""A build argument or variable of the image that is called like a secret, whatever its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import assignments, keyword
from modelyard.subjects.facts import Instruction

_SECRET = re.compile(
    r"(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIAL|CREDENTIALS|API_?KEY|APIKEY|ACCESS_?KEY"
    r"|ACCESS_KEY_ID|SECRET_?KEY|PRIVATE_?KEY|SSH_?KEY|SIGNING_KEY|ENCRYPTION_KEY|MASTER_KEY|SERVICE_ACCOUNT_KEY|AUTH_KEY"
    r"|LICENSE_KEY|NPM_AUTH|NETRC|PAT|DSN|CONNECTION_STRING|CONN_STR)$"
    r"|^(?:PIP|UV|POETRY)_.*_PASSWORD_?|^UV_INDEX_\w+_PASSWORD$|^COMPOSER_AUTH$|^DOCKER_AUTH_CONFIG$"
)
# Words of language models, paths and switches that only sound like it.
_OTHER = re.compile(
    r"(?:^|_)(?:EOS|BOS|PAD|UNK|SEP|CLS|MASK|STOP|SPECIAL|START|END|MAX|MIN|NUM|NEXT|PUBLIC|ALLOW_EMPTY|RANDOM|NO|OLD)_"
    r"(?:\w+_)?(?:TOKEN|PASSWORD|ROOT_PASSWORD|SECRET|KEY|API_KEY|PWD)$"
    r"|^(?:OLD)?PWD$"
)
_REFERENCE = re.compile(r"(?:/run/secrets/|/var/run/secrets/|arn:aws[\w-]*:)")


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """By name only: values are for the rules of secrets. The path of a mounted secret is a reference."""
    for name, value in assignments(instruction):
        upper = name.upper()
        if _SECRET.search(upper) and not _OTHER.search(upper) and not _REFERENCE.match(value):
            what = "build argument" if keyword(instruction) == "ARG" else "variable of the image"
            yield Problem(instruction.path, f"the {what} {name} is called like a secret", evidence=name)


RULE = Rule(
    id="build-secret-argument",
    level=Level.HIGH,
    summary="A secret is meant to come into the build as an argument or into the image as a variable.",
    why="Values of ARG and ENV are kept in the image's history, where everyone who may pull it reads them.",
    fix=(
        "Take RUN --mount=type=secret,id=NAME,env=NAME for the build; at run time take secrets of the "
        "platform."
    ),
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
)
