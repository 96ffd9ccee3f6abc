"""Credentials in headers and on command lines."""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterator

from modelyard.secrets import values
from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.matches import RANK, around, judged
from modelyard.secrets.wordlist import word_set

_HEADER = re.compile(
    r"(?i)(?:proxy-)?authorization\\?[\"']?\s{0,3}(?:[:=,]|=>|\s)\s{0,3}\\?[\"'`]?(?P<scheme>basic"
    r"|bearer|token|api-?token|api-?key|key|splunk|ssws|genie-?key|apikey)[ "
    r":]{1,3}(?P<value>[0-9A-Za-z_=~@.+/!$%:-]{8,3000})"
)
_BARE_HEADER = re.compile(
    r"(?i)(?:-H|--header)[= \t]{0,5}[\"'](?:x-)?(?:[a-z]{1,20}-){0,4}(?:authorization|api-?key"
    r"|api-?token|token|auth-?token|access-?token|apikey|key|secret)[ \t]{0,3}:[ "
    r"\t]{0,5}(?P<value>[0-9A-Za-z_=~@.+/-]{8,3000})[\"']"
)
_BEARER = re.compile(r"(?<![\w-])(?:[Bb]earer|BEARER)[ \t](?P<value>[0-9A-Za-z_=~.+/-]{20,3000})")
_USER_FLAG = r"(?:--(?:proxy-)?user|(?<![\w-])-[A-Za-z]{0,3}[uU])(?:=|[ \t]{0,5})"
_CURL = re.compile(
    _USER_FLAG + r"(?P<q>[\"']?)(?P<user>[^\s:\"'`]{0,80})(?P=q):(?P<p>[\"']?)(?P<value>[^\s\"'`\\]{3,200})"
)
_CURL_QUOTED = re.compile(
    _USER_FLAG + r"(?P<q>[\"'])(?P<user>[^:\"'`\n]{0,80}):(?P<value>[^\"'\n]{3,200})(?P=q)"
)
_CURL_LONE = re.compile(r"(?:--user|-u)[= \t]{1,5}[\"'](?P<value>[^\s:\"'$]{8,120}):[\"']")
_LOGIN = re.compile(
    r"(?:docker|podman|helm(?: registry)?|oc|az|skopeo|buildah|nerdctl|crane|oras|cf|heroku|mysql"
    r"|mysqldump|mysqladmin|sshpass|htpasswd|smbclient|rabbitmqctl|redis-cli|mongo(?:sh)?|argocd|influx"
    r"|ansible|vault|net use)\b[^\n]{0,300}?(?P<flag>[ \t](?:-p|-a|-P|-w)(?:[ \t]{1,4}"
    r"|(?=[^\s-])))(?P<q>[\"']?)(?P<value>[^\s\"'`]{4,200})"
)
_NETRC = re.compile(
    r"(?:^|\s|\\n|\")(?:machine[ \t]+\S{1,200}|default)\s{1,20}(?:login[ "
    r"\t]+\S{1,200}\s{1,20})?(?:password|passwd)[ \t]+(?P<value>\S{3,300})"
)
_IDENTIFIED = re.compile(
    r"(?i)(?:identified\s{1,5}(?:with\s{1,5}\S{1,40}\s{1,5})?by|(?:user"
    r"|role)\s[^\n;]{1,80}?\spassword)\s{1,5}(?P<q>[\"'])(?P<value>[^\"'\n]{3,120})(?P=q)"
)
_FLAGS = (" -p", " -a", " -P", " -w")
_CURLS = ("curl", "wget", "-user")
_EXAMPLES = word_set(
    """
    user username pass password passwd pwd test token changeme changeit foo bar yyy xxx api_key apikey secret
    """
)


def command_hits(text: str, lowered: str, prose: bool) -> Iterator[Hit]:
    """Credentials that a command or a header gives to a server; see ``special.special_hits``."""
    yield from _headers(text)
    if "curl" in lowered or "wget" in lowered or "-user" in text:
        yield from _users(text)
    yield from _logins(text, prose)
    netrc = around(text, ("machine", "default login"), 2, 700)
    yield from judged("netrc-password", _NETRC, text, netrc)
    if "password" in lowered:
        sql = around(lowered, ("identified", "password '", 'password "'), 140, 200)
        yield from judged("sql-password", _IDENTIFIED, text, sql)


def _logins(text: str, prose: bool) -> Iterator[Hit]:
    for hit in judged("password-in-command", _LOGIN, text, around(text, _FLAGS, 400, 220)):
        value = text[hit.start : hit.end]
        if values.is_number(value) or value.startswith("-") or value.replace(":", "").isdigit():
            continue  # of other options that -p is short for: ports, projects
        if not prose or not values.is_name(value):
            yield hit


def _headers(text: str) -> Iterator[Hit]:
    regions = around(text, ("uthorization", "AUTHORIZATION"), 10, 3100)
    for found in itertools.chain.from_iterable(_HEADER.finditer(text, *region) for region in regions):
        value = found["value"].rstrip(".")
        basic = found["scheme"].lower() == "basic"
        if values.is_variable(value) or values.is_placeholder(value):
            continue
        if not _is_basic(value) if basic else values.is_name(value) and not values.is_random(value):
            continue
        kind = "basic-authorization" if basic else "bearer-token"
        yield hit_of(kind, value, found.start("value"), rank=RANK)
    for pattern, words in ((_BARE_HEADER, ("-H", "--header")), (_BEARER, ("earer", "BEARER"))):
        parts = around(text, words, 2, 3100)
        for found in itertools.chain.from_iterable(pattern.finditer(text, *part) for part in parts):
            value = found["value"]
            if (
                not values.is_variable(value)
                and not values.is_placeholder(value)
                and not values.is_name(value)
            ):
                yield hit_of("bearer-token", value, found.start("value"), rank=RANK)


def _is_basic(value: str) -> bool:
    """Whether the value of a Basic header is ``user:password`` in base64, and not a placeholder."""
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return False
    _user, colon, password = plain.partition(":")
    return bool(colon) and not values.is_reference(password) and "\ufffd" not in plain[:8]


def _users(text: str) -> Iterator[Hit]:
    regions = around(text, _CURLS, 10, 700)
    patterns = itertools.product((_CURL, _CURL_QUOTED), regions)
    for found in itertools.chain.from_iterable(one.finditer(text, *region) for one, region in patterns):
        user, value = found["user"], found["value"]
        line = text[text.rfind("\n", 0, max(0, found.start() - 600)) + 1 : found.start()]
        if "curl" not in line and "wget" not in line and "--" not in found[0]:
            continue
        if values.is_variable(value) or values.is_variable(user) or values.is_monotonous(value):
            continue
        if user.isdigit() and value.isdigit():
            continue  # a user and a group by number, as container engines take them
        if value.lower() not in _EXAMPLES and not user.startswith("<"):
            yield hit_of("basic-authorization", value, found.start("value"), rank=RANK)
    for found in _CURL_LONE.finditer(text):
        if values.is_random(found["value"]) or not values.is_name(found["value"]):
            yield hit_of("basic-authorization", found["value"], found.start("value"), rank=RANK)
