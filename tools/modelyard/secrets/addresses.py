"""Credentials in addresses, in their parameters, and in connection strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.secrets import values
from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.matches import RANK, believed

# Begun with what is rare in text, so that nearly all of it is passed over at full speed.
_URL = re.compile(
    r"://(?P<user>[^\s:/?#@\"'`<>,;(){}\[\]\\|]{0,120}):(?P<password>[^\s/?#\"'`<>\\]{1,300}?)@(?P<host>"
    r"[^\s/?#\"'`<>@]{1,200})"
)
_HASH_URL = re.compile(
    r"://(?P<user>[\w.%+-]{0,60}):(?P<password>[^\s\"'`<>@]{3,120})@(?P<host>[\w.-]{2,120})(?=[:/\s\"'?]|$)"
)
_TOKEN_URL = re.compile(r"://(?P<password>[0-9A-Za-z_-]{20,120})@(?P<host>[\w.-]{3,120}[/:])")
_QUERY = re.compile(
    r"(?i)[?&;](?P<name>[\w.-]{0,40}(?:password|passwd|pwd|pass|secret|token|api_?key|access_?key"
    r"|sig(?:nature)?|auth|private_?key|userpass))=(?P<value>[^\s&;\"'`<>#,)}|\\]{4,400})"
)
_PAIRS = re.compile(
    r"(?i)(?:^|; ?|[\"'?&])(?:password|pwd|account_?key|shared_?(?:access|secret)_?key|secret|userpass)[ "
    r"\t]{0,2}=[ \t]{0,2}(?P<value>[^;\s\"'&<>]{4,300}|'[^'\n]{4,200}')(?=;|\"|'|\s|$)"
)
_DIGEST_LINE = re.compile(r"(?i)example|xxxx|redacted|\.\.\.")
_PAIR_WORDS = ("password", "pwd", "accountkey", "sharedaccesskey", "secret", "userpass")


def address_hits(text: str, lowered: str, prose: bool, used: bool) -> Iterator[Hit]:
    """Passwords before the host of an address, and behind it; see ``special.special_hits``."""
    if "://" in text:
        for pattern in (_URL, _HASH_URL):
            for found in pattern.finditer(text):
                if _is_credential(found, prose, used):
                    password = found["password"]
                    yield hit_of("url-userinfo", password, found.start("password"), rank=RANK)
        for found in _TOKEN_URL.finditer(text):
            token = found["password"]
            if values.is_random(token) and not values.is_placeholder(token):
                yield hit_of("url-userinfo", token, found.start("password"), rank=RANK)
    if ";" in text and "=" in text and any(word in lowered for word in _PAIR_WORDS):
        yield from _connection_strings(text)
    if ("?" in text or "&" in text) and "=" in text:
        yield from _parameters(text)


def _is_credential(found: re.Match[str], prose: bool, used: bool) -> bool:
    password, host = found["password"], found["host"]
    random = values.is_random(password)
    if values.is_variable(password) or (values.is_variable(found["user"]) and not random):
        return False
    if len(set(password)) == 1 or _DIGEST_LINE.search(password) or (password.isdigit() and "/" in host):
        return False
    if not used and values.is_stand_in(password):
        return False
    if not prose:
        return True
    if values.is_placeholder(password) or len(password) < 5 or password.lower() in ("pass", "password"):
        return False
    return random or not ("example" in host or values.is_name(password.replace("%20", " ")))


def _connection_strings(text: str) -> Iterator[Hit]:
    for found in _PAIRS.finditer(text):
        around = text[max(0, found.start() - 200) : found.start() + 1] + text[found.end() : found.end() + 1]
        if ";" in around or "jdbc:" in around:
            yield from believed("connection-string", found)


def _parameters(text: str) -> Iterator[Hit]:
    for found in _QUERY.finditer(text):
        name = found["name"].lower()
        if "pass" in name or "pwd" in name or values.is_random(found["value"]):
            yield from believed("url-parameter", found)
