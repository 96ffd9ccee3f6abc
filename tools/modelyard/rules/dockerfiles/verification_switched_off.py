"""A certificate or a signature that is not looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import assignments, shell
from modelyard.subjects.facts import Instruction

_SWITCHED_OFF = re.compile(
    r"\bcurl\b[^;&|\n]*\s(?:--insecure|--proxy-insecure|-[a-jl-zA-Z]*k[a-zA-Z]*)(?=\s|$)"
    r"|\bwget\b[^;&|\n]*\s--no-check-certificate\b|\baria2c\b[^;&|\n]*--check-certificate=false"
    r"|\bhttp\.sslVerify[\s=]+[\"']?(?:false|0)\b|\bGIT_SSL_NO_VERIFY=(?:1|true)"
    r"|\b(?:npm|yarn|pnpm)\b[^;&|\n]*\bstrict-ssl[\s=]+[\"']?false"
    r"|\bssl_verify:?[\s=]+[\"']?(?:false|no)\b"
    r"|--allow-unauthenticated\b|--force-yes\b|--allow-insecure-repositories\b|--no-gpg-checks?\b|--nogpgcheck\b"
    r"|--allow-untrusted\b|\[[^\[\]\n]*\btrusted=yes\b|\b(?:repo_)?gpgcheck=(?:0|false)"
    r"|AllowUnauthenticated[\"']?\s+[\"']?(?:true|1)|Acquire::https::Verify-Peer[\"'\s=]+(?:false|0)"
    r"|--no-verify-ssl\b|--skip-tls-verify\b|--insecure-skip-tls-verify\b|--src-tls-verify=false|\bGONOSUMDB=|\bGOFLAGS=-insecure"
    r"|\bGOSUMDB=off\b|\bssl\._create_unverified_context\b|\bverify=False\b",
    re.IGNORECASE,
)
_VARIABLES = {
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "PYTHONHTTPSVERIFY": ("0",),
    "GIT_SSL_NO_VERIFY": ("1", "true"),
    "NPM_CONFIG_STRICT_SSL": ("false",),
    "CURL_INSECURE": ("1", "true"),
    "GOSUMDB": ("off",),
    "HF_HUB_DISABLE_SSL_VERIFY": ("1", "true"),
    "CONDA_SSL_VERIFY": ("false", "no"),
}


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """Options of commands in RUN, and variables of ARG and ENV that mean the same."""
    found = _SWITCHED_OFF.search(shell(instruction))
    if found is not None:
        said = found[0].split()[-1] if found[0].split() else found[0]
        yield Problem(instruction.path, f"{said} switches verification off", evidence=said)
    for name, value in assignments(instruction):
        if value.lower() in _VARIABLES.get(name.upper(), ()):
            yield Problem(instruction.path, f"{name}={value} switches verification off", evidence=name)


RULE = Rule(
    id="verification-switched-off",
    level=Level.HIGH,
    summary="Certificates or signatures are not verified.",
    why="Whoever is between the build and the server decides what goes into the image.",
    fix=(
        "Take the option out; for a certificate of your own mount it: "
        "--mount=type=secret,id=cabundle,target=..."
    ),
    subject=Instruction,
    check=check,
    source="https://curl.se/docs/sslcerts.html",
)
