"""Whether what another scanner takes for a secret can be one: only what certainly is none is refused."""

from __future__ import annotations

import re

from modelyard.secrets import credible, values
from modelyard.secrets.detect import detect
from modelyard.secrets.encoded import decode
from modelyard.secrets.profiles import Profile, profile_of
from modelyard.secrets.words import Meaning, meaning_of, words_of

# Rules that go by a word beside the value, and by nothing in the value itself.
_BY_CONTEXT = re.compile(
    r"generic-api-key|sourcegraph-access-token|hashicorp-tf-password|nuget-config-password|curl-auth-(?:user|header)|kubernetes-secret-yaml"
    r"|.*-client-id|.*-access-id|.*-public-key|.*-pub-key|.*-pub-api-key|vault-service-token|jwt-base64"
)
_GIT_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_CHECKSUM_WORD = re.compile(
    r"(?i)sha-?(?:1|256|384|512)?\b|checksum|digest|integrity|hash|commit|revision|\brev\b|@sha256:|resolved|fingerprint|thumbprint|etag|uses:|--hash"
)
_PUBLIC = re.compile(
    r"(?i)public|pubkey|client[_-]?id|access[_-]?id|app[_-]?id|tenant|project[_-]?id|account[_-]?id"
)
_NAME_BEFORE = re.compile(r"[\"']?([\w.-]{1,80})[\"']?\s{0,4}(?:=>|:=|[:=])\s{0,4}[\"'`]?$")


def is_credible(rule_id: str, value: str, line: str, path: str) -> bool:
    """Whether a finding of a scanner is kept. ``rule_id`` is gitleaks' own, ``line`` the line it stands in.

    Placeholders, references, templates and masks are none, whoever found them. A rule that goes by a word
    beside the value has to stand up to the name as well: digests and names of things are none.
    """
    text = value.strip().strip("\"'`")
    if not text:
        return True  # the file itself is the finding
    if values.is_reference(text) or values.is_masked(text) or values.is_digest(text):
        return False
    if _BY_CONTEXT.fullmatch(rule_id) is None:
        return not values.is_monotonous(text)
    if rule_id == "kubernetes-secret-yaml":
        said = text.rpartition(":")[2].strip().strip("\"'")
        return not values.is_placeholder(decode(said) or said) and not values.is_reference(said)
    if any(
        text[:40] in line[hit.start : hit.end] or line[hit.start : hit.end] in text
        for hit in detect(line, name=path)
    ):
        return True
    return _stands_up(rule_id, text, line, path)


def _stands_up(rule_id: str, text: str, line: str, path: str) -> bool:
    if values.is_placeholder(text) or values.is_place(text) or values.is_code(text):
        return False
    before = line[: line.find(text)] if text in line else line
    if _GIT_OBJECT.fullmatch(text) and (
        _CHECKSUM_WORD.search(before) or rule_id == "sourcegraph-access-token"
    ):
        return False
    if rule_id.endswith(("-client-id", "-access-id", "-public-key", "-pub-key", "-pub-api-key")):
        return not _PUBLIC.search(before.rpartition(" ")[2] or before)
    if rule_id != "generic-api-key":
        return values.is_random(text) or not values.is_name(text)
    return _is_generic(text, before, path)


def _is_generic(text: str, before: str, path: str) -> bool:
    """Whether a value that only stands beside a word is more than the name of a thing."""
    name = _NAME_BEFORE.search(before)
    meaning = meaning_of(name[1]) if name else Meaning.NOTHING
    if meaning is not Meaning.NOTHING:
        known = credible.is_believed(name[1] if name else "", meaning, text, known_place=False)
        return known or (values.is_random(text) and profile_of(path) is not Profile.PROSE)
    if name and words_of(name[1]):
        return False
    return values.is_random(text) and _CHECKSUM_WORD.search(before) is None
