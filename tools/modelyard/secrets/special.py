"""Credentials that are known by what stands around them: private keys, web tokens, hashes of passwords."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from modelyard.secrets import values
from modelyard.secrets.addresses import address_hits
from modelyard.secrets.commands import command_hits
from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.matches import RANK, plain

_BEGIN = "PRIVATE KEY"
_PEM = re.compile(
    r"-----BEGIN ?(?P<kind>[A-Z0-9 ]{0,40})PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<body>(?:\\{1,3}[rn]|[\s\"',;+|>#*/]|<[^<>]{1,20}>){0,80}(?:[A-Za-z-]{3,20}: "
    r"?[^\n\\]{1,120}(?:\\{1,3}[rn]|\s){1,6}){0,6}\s{0,40}[0-9A-Za-z+/=]{16,}+)?"
)
_PEM_END = re.compile(r"-----END ?[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PUTTY = re.compile(
    r"PuTTY-User-Key-File-[0-9]: ?[\w@.-]{3,60}[^-]{0,2000}?Private-Lines: "
    r"?[0-9]{1,4}\s{1,4}(?P<value>[0-9A-Za-z+/=\s]{40,8000})"
)
_CRYPT = re.compile(
    r"\$(?:2[abxy]\$[0-9]{2}\$[./0-9A-Za-z]{53}|[156]\$(?:rounds=[0-9]{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0"
    r"-9A-Za-z]{22,86}|apr1\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}"
    r"|y\$[./0-9A-Za-z]{1,20}\$[./0-9A-Za-z]{1,60}\$[./0-9A-Za-z]{43}"
    r"|argon2id?\$v=[0-9]{1,3}\$[mtp=,0-9]{5,40}\$[0-9A-Za-z+/]{8,64}\$[0-9A-Za-z+/]{20,100})"
)
_HTPASSWD = re.compile(
    r"(?m)^[\w.@-]{1,60}:(?P<value>\{SHA\}[0-9A-Za-z+/]{27}=|\{SSHA\}[0-9A-Za-z+/=]{32,60})"
)
_JWT = re.compile(
    r"ey[JI][0-9A-Za-z_-]{10,2000}\.(?:ey[0-9A-Za-z_/+-]{8,8000}"
    r"|[0-9A-Za-z_-]{20,8000})\.(?:[0-9A-Za-z_/+-]{10,2000}={0,2})?"
)
_DISCORD = re.compile(r"\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{25,45}(?![0-9A-Za-z_.-])")
_DISCORD_ID = re.compile(r"(?<![0-9A-Za-z_.-])[MNO][0-9A-Za-z_-]{22,27}\Z")


def special_hits(
    text: str, lowered: str, *, prose: bool, code: bool = False, used: bool = False
) -> Iterator[Hit]:
    """Private keys, credentials in addresses, headers and command lines, and hashes of passwords.

    ``prose`` is whether the text is a document for people, in which a credential is likely made up; ``code``
    whether it is a program, in whose tests addresses are. ``used`` is whether the text is a value that is
    used as it stands: then a placeholder in it is the credential.
    """
    yield from private_key_hits(text)
    yield from address_hits(text, lowered, prose or code, used)
    yield from command_hits(text, lowered, prose)
    if "$" in text:
        yield from plain("password-hash", _CRYPT, text)
    if "{S" in text:
        yield from plain("password-hash", _HTPASSWD, text)
    if "ey" in text:
        yield from _web_tokens(text)
    for found in _DISCORD.finditer(text):
        head = _DISCORD_ID.search(text, max(0, found.start() - 30), found.start())
        if head is not None:
            yield hit_of("discord-bot-token", head[0] + found[0], head.start(), rank=RANK)


def private_key_hits(text: str) -> Iterator[Hit]:
    """Private keys in PEM and in PuTTY's form, on lines of their own or as one text with ``\\n`` in it."""
    if _BEGIN in text:
        yield from _pem(text)
    if "PuTTY-User-Key-File" in text:
        yield from plain("putty-private-key", _PUTTY, text)


def _pem(text: str) -> Iterator[Hit]:
    for found in _PEM.finditer(text):
        rest = text[found.end() : found.end() + 40].strip()
        # A header alone is one that lost its key, if nothing but it is there; in code it is a search for one.
        if found["body"] is None and (
            rest or text[max(0, found.start() - 4) : found.start()].strip(" \n|>'\"-=:")
        ):
            continue
        if found["body"] is not None and values.is_monotonous(found["body"][-16:]):
            continue
        end = _PEM_END.search(text, found.end(), found.end() + 20000)
        stop = end.end() if end else found.end()
        kind = found["kind"].strip().lower().replace(" ", "-")
        yield hit_of(
            f"{kind}-private-key" if kind else "private-key",
            text[found.start() : stop],
            found.start(),
            rank=4,
        )


def _web_tokens(text: str) -> Iterator[Hit]:
    for found in _JWT.finditer(text):
        before = text[found.start() - 1 : found.start()]
        if not before.isalnum() and before not in ("_", "-") and _is_jwt(found[0]):
            yield hit_of("jwt", found[0], found.start(), prefix="eyJ", rank=RANK)


def _is_jwt(value: str) -> bool:
    head = value.split(".", 1)[0]
    try:
        plain = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except (binascii.Error, ValueError):
        return False
    return plain[:1] == b"{" and b'"' in plain
