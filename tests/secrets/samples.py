"""Credentials that nobody has: made when the tests run, from the patterns and alphabets of each kind."""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ALNUM = string.ascii_letters + string.digits
CATEGORIES = {codes.CATEGORY_DIGIT: string.digits, codes.CATEGORY_WORD: ALNUM}


def matching(pattern: str, rng: random.Random) -> str:
    """A text that the pattern matches, at random. Look-aheads are asked afterwards."""
    tree = parser.parse(pattern)
    compiled = re.compile(pattern)
    for _ in range(500):
        text = "".join(_one(code, value, rng) for code, value in tree)
        if compiled.fullmatch(text):
            return text
    raise AssertionError(f"nothing matches {pattern}")


def _one(code: Any, value: Any, rng: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.IN:
        return rng.choice(_alphabet(value))
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        count = rng.randint(least, min(most, least + 6)) if least else rng.randint(0, min(most, 1))
        return "".join(_one(part, said, rng) for _ in range(count) for part, said in inner)
    if code is codes.SUBPATTERN:
        return "".join(_one(part, said, rng) for part, said in value[3])
    if code is codes.BRANCH:
        return "".join(_one(part, said, rng) for part, said in rng.choice(value[1]))
    if code is codes.NOT_LITERAL:
        return rng.choice([one for one in ALNUM if one != chr(value)])
    assert code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT), code
    return ""


def _alphabet(items: Any) -> list[str]:
    found: set[str] = set()
    negated = False
    for code, value in items:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found.add(chr(value))
        elif code is codes.RANGE:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif code is codes.CATEGORY:
            found.update(CATEGORIES.get(value, " "))
    if negated:
        return sorted(set(ALNUM) - found)
    return sorted(one for one in found if one.isalnum()) or sorted(found)


def letters(count: int, rng: random.Random, alphabet: str = ALNUM) -> str:
    """Random text with a digit, a small and a capital letter in it where the alphabet has them."""
    while True:
        text = "".join(rng.choice(alphabet) for _ in range(count))
        if len(set(text)) >= min(count, 6) and any(map(str.isdigit, text)):
            return text


def pem(kind: str, rng: random.Random) -> str:
    """What looks like a private key in PEM, on one line as JSON and environments have it."""
    marks = "-----"
    body = "\\n".join(letters(64, rng) for _ in range(6))
    return f"{marks}BEGIN {kind}PRIVATE KEY{marks}\\n{body}\\n{marks}END {kind}PRIVATE KEY{marks}"


def token(rng: random.Random) -> str:
    """What looks like a JSON web token."""
    parts = ('{"alg":"HS256","typ":"JWT"}', f'{{"sub":"{letters(12, rng)}"}}')
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, letters(43, rng)])


# The names that credentials without a shape of their own go by; and how each kind is made.
Maker = Callable[[random.Random], str]


def shaped(pattern: str) -> Maker:
    return lambda rng: matching(pattern, rng)


KINDS: dict[str, tuple[str, Maker]] = {
    "aws-access-key": ("AWS_ACCESS_KEY_ID", shaped("AKIA[A-Z2-7]{16}")),
    "aws-secret-key": ("AWS_SECRET_ACCESS_KEY", lambda rng: letters(40, rng)),
    "github-token": ("GITHUB_TOKEN", shaped("ghp_[0-9A-Za-z]{36}")),
    "github-fine-grained": ("GH_TOKEN", shaped("github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}")),
    "gitlab-token": ("GITLAB_TOKEN", shaped("glpat-[0-9A-Za-z]{20}")),
    "slack-token": ("SLACK_TOKEN", shaped("xoxb-[0-9]{12}-[0-9]{12}-[0-9A-Za-z]{24}")),
    "slack-webhook": (
        "HOOK",
        shaped("https://hooks\\.slack\\.com/services/T[0-9A-Z]{9}/B[0-9A-Z]{9}/[0-9A-Za-z]{24}"),
    ),
    "discord-webhook": ("HOOK", shaped("https://discord\\.com/api/webhooks/[0-9]{18}/[0-9A-Za-z]{68}")),
    "telegram-token": ("BOT", shaped("[1-9][0-9]{8}:AA[0-9A-Za-z]{33}")),
    "stripe-key": ("STRIPE", shaped("sk_live_[0-9A-Za-z]{24}")),
    "square-token": ("SQUARE", shaped("sq0atp-[0-9A-Za-z]{22}")),
    "sendgrid-key": ("MAIL", shaped("SG\\.[0-9A-Za-z]{22}\\.[0-9A-Za-z]{43}")),
    "mailchimp-key": ("MAIL", shaped("[0-9a-f]{32}-us[0-9]{2}")),
    "twilio-key": ("SMS", shaped("SK[0-9a-f]{32}")),
    "npm-token": ("NPM", shaped("npm_[0-9A-Za-z]{36}")),
    "pypi-token": ("PYPI", shaped("pypi-AgEIcHlwaS5vcmc[0-9A-Za-z]{70}")),
    "docker-token": ("HUB", shaped("dckr_pat_[0-9A-Za-z]{27}")),
    "openai-key": ("LLM", shaped("sk-proj-[0-9A-Za-z]{48}")),
    "anthropic-key": ("LLM", shaped("sk-ant-api03-[0-9A-Za-z]{93}AA")),
    "huggingface-token": ("HUB", shaped("hf_[A-Za-z]{34}")),
    "databricks-token": ("LAKE", shaped("dapi[0-9a-f]{32}")),
    "grafana-token": ("GRAFANA", shaped("glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}")),
    "newrelic-key": ("NR", shaped("NRAK-[0-9A-Z]{27}")),
    "datadog-key": ("DATADOG_API_KEY", lambda rng: letters(32, rng, "0123456789abcdef")),
    "vault-token": ("VAULT", shaped("hvs\\.[0-9A-Za-z]{95}")),
    "terraform-token": ("TFE", shaped("[0-9A-Za-z]{14}\\.atlasv1\\.[0-9A-Za-z]{64}")),
    "shopify-token": ("SHOP", shaped("shpat_[0-9a-f]{32}")),
    "google-key": ("MAPS", shaped("AIza[0-9A-Za-z]{35}")),
    "azure-secret": ("AZ", shaped("[0-9A-Za-z]{3}8Q~[0-9A-Za-z]{34}")),
    "digitalocean-token": ("DO", shaped("dop_v1_[0-9a-f]{64}")),
    "age-key": ("AGE", shaped("AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}")),
    "rsa-private-key": ("KEY_PEM", lambda rng: pem("RSA ", rng)),
    "private-key": ("KEY_PEM", lambda rng: pem("", rng)),
    "jwt": ("SESSION", token),
    "postgres-address": ("DATABASE", lambda rng: f"postgresql://app:{letters(14, rng)}@db:5432/app"),
    "redis-address": ("CACHE", lambda rng: f"redis://:{letters(18, rng)}@cache:6379/0"),
    "password": ("DB_PASSWORD", lambda rng: letters(12, rng)),
    "api-key": ("SERVICE_API_KEY", lambda rng: letters(32, rng)),
    "client-secret": ("OAUTH_CLIENT_SECRET", lambda rng: letters(40, rng)),
    "access-token": ("SERVICE_ACCESS_TOKEN", lambda rng: letters(24, rng)),
}
