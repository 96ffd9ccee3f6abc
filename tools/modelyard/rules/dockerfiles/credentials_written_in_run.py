"""A file of credentials written while the image is built, or a login that leaves one behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import base_name, copied, flags, shell, text
from modelyard.subjects.facts import Instruction

# Files that hold nothing but credentials.
_ALWAYS = (
    r"(?:[._]netrc|\.pypirc|\.git-credentials|\.pgpass|\.dockercfg|\.vault-token|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|\.aws/credentials|\.docker/config\.json|\.kube/config|\.?huggingface/token|\.cargo/credentials(?:\.toml)?"
    r"|\.terraformrc|gcloud/application_default_credentials\.json|\.htpasswd)"
)
# Files of settings, which are about credentials only where the text beside them has some.
_SOMETIMES = (
    r"(?:\.npmrc|pip\.conf|pip\.ini|\.yarnrc(?:\.yml)?|\.my\.cnf|\.m2/settings\.xml|\.condarc"
    r"|\.curlrc|\.wgetrc|/etc/apt/auth\.conf\S*)"
)
_WRITES = r"(?:>>?\s*|\btee\s+(?:-a\s+)?)[\"']?[^\s\"';|&]*"
_ALWAYS_WRITTEN = re.compile(_WRITES + r"(" + _ALWAYS + r")(?=[\s\"';|&)]|$)", re.IGNORECASE)
_SOMETIMES_WRITTEN = re.compile(_WRITES + r"(" + _SOMETIMES + r")(?=[\s\"';|&)]|$)", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"://[^\s/@:]*:?[^\s/@]*@|_auth(?:token)?\b|_password\b|npmauthtoken|password\s*[=:>]|<password>|machine\s+\S+\s+login",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\baws\s+configure\s+set\s+\S*(?:secret_access_key|session_token|access_key_id)\b"
    r"|\bdocker\s+login\b|\b(?:podman|skopeo|crane|oras|helm\s+registry)\s+(?:auth\s+)?login\b"
    r"|\b(?:huggingface-cli|hf\s+auth|hf)\s+login\b|\bwandb\s+login\b|\bkaggle\s+config\s+set\b"
    r"|\bgh\s+auth\s+login\b|\bnpm\s+login\b|\bgcloud\s+auth\s+(?:activate-service-account|login)\b|\baz\s+login\b"
    r"|\bnpm\s+(?:config\s+)?set\s+\S*(?:_auth|_password|token)"
    r"|\byarn\s+config\s+set\s+\S*(?:auth|token)"
    r"|\bpip3?\s+config\s+set\s+\S+\s+\S*://[^\s/]*@"
    r"|\bpoetry\s+config\s+(?:--\S+\s+)*(?:http-basic|pypi-token)\."
    r"|\bbundle\s+config\s+(?:--?\S+\s+|set\s+)*\S+\s+\S+:\S+"
    r"|\bcomposer\s+config\s+\S*\s*(?:http-basic|github-oauth|gitlab-token)\."
    r"|\bgit\s+config\s+[^;&|\n]*(?:url\.\S*://[^\s/]*@|extraheader|credential\.helper\s+[\"']?store)",
    re.IGNORECASE,
)
_ALWAYS_FILE = re.compile(r".*" + _ALWAYS, re.IGNORECASE)
_SOMETIMES_FILE = re.compile(r".*" + _SOMETIMES, re.IGNORECASE)


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """Nothing is said of a file that is made from a mounted secret and removed in the same RUN, or of a
    login that the same RUN takes back."""
    script = shell(instruction)
    if script:
        found = _ALWAYS_WRITTEN.search(script)
        if found is None and _CREDENTIAL.search(script):
            found = _SOMETIMES_WRITTEN.search(script)
        if found is not None and not _is_temporary(instruction, script, found[1]):
            yield Problem(instruction.path, f"RUN writes {found[1]} into a layer", evidence=found[1])
            return
        login = _LOGIN.search(script)
        if login is not None and "logout" not in script:
            command = " ".join(login[0].split()[:2])
            yield Problem(
                instruction.path, f"`{command} ...` leaves its credentials in a layer", evidence=command
            )
    elif instruction.heredocs:
        yield from _heredoc(instruction)


def _is_temporary(instruction: Instruction, script: str, name: str) -> bool:
    mounted = any("type=secret" in one for one in flags(instruction, "mount"))
    return mounted and re.search(rf"\brm\s[^;&|\n]*{re.escape(base_name(name))}", script) is not None


def _heredoc(instruction: Instruction) -> Iterator[Problem]:
    """COPY and ADD write here-documents to files as well."""
    _, destination = copied(instruction)
    held = _ALWAYS_FILE.fullmatch(destination) is not None
    if held or (_SOMETIMES_FILE.fullmatch(destination) and _CREDENTIAL.search(text(instruction))):
        message = f"{instruction.keyword} writes {destination} into a layer"
        yield Problem(instruction.path, message, evidence=destination)


RULE = Rule(
    id="credentials-written-in-run",
    level=Level.CRITICAL,
    summary="The build writes credentials into a layer of the image.",
    why="Everyone who may pull the image can read them, even if a later instruction deletes the file.",
    fix="Mount the file: RUN --mount=type=secret,id=netrc,target=/root/.netrc ...; nothing of it stays.",
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/build/building/secrets/",
)
