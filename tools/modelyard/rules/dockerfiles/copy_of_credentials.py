"""A file of credentials copied into the image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import base_name, copied
from modelyard.subjects.facts import Instruction

_FOLDERS = re.compile(
    r"(?:^|/)(?:\.git|\.aws|\.ssh|\.gnupg|\.kube|\.docker|\.azure|\.oci|\.config/gcloud|\.huggingface)(?:/|$)",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$|schema$).+)?|\.envrc|[\w-]+\.env|env\.(?:prod|production)"
    r"|[._]netrc|\.npmrc|\.yarnrc\.yml|\.pypirc|\.pgpass|\.my\.cnf|\.git-credentials|\.dockercfg|\.htpasswd|\.vault-token"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?"
    r"|kubeconfig(?:\..+)?|.+\.kubeconfig"
    r"|(?:gcp|google|aws|azure|cloud|service|app|client|db|database)?[-_.]*credentials?(?:\.(?:json|ya?ml|csv|ini|txt|toml))?"
    r"|(?:.*[-_.])?service[-_]?account.*\.json|client_secrets?.*\.json|sa[-_]key\.json"
    r"|(?:.*[-_.])?secrets?\.(?:json|ya?ml|toml|ini|env|txt|properties)"
    r"|.+\.(?:p12|pfx|jks|keystore|kdbx|ppk|tfstate|tfvars|ovpn)|terraform\.tfstate.*"
)
_KEYS = re.compile(r".+\.(?:pem|key|der|pkcs8)|(?:.*[-_.])?private[-_]?key.*")
# Certificates and keys that everybody may have.
_PUBLIC = re.compile(
    r"(?:^|[-_.])(?:ca|cas|cacert|cert|certs|certificate|chain|fullchain|bundle|public|pub|pubkey|root|apt|gpg"
    r"|archive|keyring|release|signing|intermediate|truststore|cosign)(?:[-_.]|$)"
)
_PUBLIC_PLACES = ("/etc/apt/", "/usr/share/keyrings/", "/usr/local/share/ca-certificates", "/etc/ssl/certs")


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """Looks at the names of sources and of the destination, from the context and from other stages alike."""
    sources, destination = copied(instruction)
    for path in (*sources, destination):
        if _is_credential(path, destination):
            message = f"{instruction.keyword} puts {path} into a layer"
            yield Problem(instruction.path, message, evidence=path)
            return


def _is_credential(path: str, destination: str) -> bool:
    name = base_name(path)
    if _FOLDERS.search(path) and not name.endswith(".pub") and name != "known_hosts":
        return True
    if _FILES.fullmatch(name):
        return True
    if _KEYS.fullmatch(name) is None:
        return False
    return _PUBLIC.search(name) is None and not destination.startswith(_PUBLIC_PLACES)


RULE = Rule(
    id="copy-of-credentials",
    level=Level.CRITICAL,
    summary="A file of credentials is copied into the image.",
    why=(
        "Everyone who may pull the image can read it, even if a later instruction deletes it: layers "
        "are kept."
    ),
    fix=(
        "Use RUN --mount=type=secret for what the build needs, and secrets of the platform for what "
        "the model needs."
    ),
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/build/building/secrets/",
)
