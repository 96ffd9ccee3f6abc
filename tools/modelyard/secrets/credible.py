"""Whether a value is believed to be the secret that its name promises."""

from __future__ import annotations

import re

from modelyard.secrets import values
from modelyard.secrets.encoded import decode
from modelyard.secrets.wordlist import word_set
from modelyard.secrets.words import Meaning, words_of

# Sentences, and no pass phrases, are made of these.
_PROSE = word_set(
    """
    the this that is are not a an your you must should can will from elsewhere to for if required enter
    set use please when of by has have was been be it its see get which only needs need than at least or
    doesnt dont isnt wont cant
    """
)
_ENV_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DEFAULTED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]{0,80}:?[-=](?P<default>[^${}\n]{1,300})\}")
_ASSIGNED = re.compile(r"[A-Z][A-Z0-9_]{2,60}=(?P<value>\S{4,300})")
_PROMISES_MUCH = (Meaning.PASSWORD, Meaning.SECRET, Meaning.TOKEN, Meaning.API_KEY)


def effective(value: str) -> str:
    """The value that is used in the end: the default of ``${NAME:-default}``, or the value itself."""
    found = _DEFAULTED.fullmatch(value.strip())
    return found["default"] if found else value


def is_believed(name: str, meaning: Meaning, value: str, *, known_place: bool, quoted: bool = True) -> bool:
    """Whether ``value`` is a secret, when its name means ``meaning``.

    In a known place (an environment variable, a field of a manifest) a literal value is what is used, and
    any is believed that is no reference. In plain text it must look the part.
    """
    text = value.strip()
    if meaning is Meaning.NOTHING or not text or values.is_reference(text) or values.is_digest(text):
        return False
    if meaning in (Meaning.KEY, Meaning.AUTH):
        return values.is_random(text) and not values.is_placeholder(text) and not values.is_place(text)
    if known_place and _is_used(name, meaning, text):
        return True
    if values.is_placeholder(text) or (_ENV_NAME.fullmatch(text) and not values.is_random(text)):
        return False
    if " " in text and (not quoted or meaning is not Meaning.PASSWORD or not _is_phrase(text)):
        return False
    if values.is_placeholder(decode(text) or text):
        return False
    if meaning is Meaning.PASSWORD:
        return _is_password(text, quoted)
    return _is_token(text, meaning)


def _is_used(name: str, meaning: Meaning, text: str) -> bool:
    """Whether a literal value in a place where it is used as it stands can be the secret."""
    if text.lower() in ("true", "false", "null", "none", "yes", "no", "on", "off") or (
        values.is_place(text) and len(text) > 3 and "/" in text
    ):
        return False
    if re.fullmatch(r"(?i)x+|\*+|\.+|-+|redacted|unset|tbd|n/a", text):
        return False
    if meaning is Meaning.PASSWORD:
        return True
    return len(text) >= 6 and not values.is_number(text) and not _ENV_NAME.fullmatch(text)


def _is_phrase(text: str) -> bool:
    words = text.lower().replace(",", " ").split()
    return (
        len(words) <= 8
        and not _PROSE.intersection(words)
        and text.count(".") < 2
        and not text.endswith((".", ":"))
    )


def _is_password(text: str, quoted: bool) -> bool:
    if len(text) < (4 if quoted else 5) or values.is_code(text) or values.is_place(text):
        return False
    if text.isdigit():
        return len(text) >= 6
    # The name itself, or a word for it, stands for the value: password=password, pwd: dbPassword.
    return not _says_secret(text)


def _says_secret(text: str) -> bool:
    words = set(words_of(text))
    return (
        values.is_name(text)
        and bool(
            words
            & {
                "password",
                "passwd",
                "pwd",
                "passphrase",
                "secret",
                "token",
                "key",
                "credential",
                "credentials",
                "pass",
            }
        )
        and not any(map(str.isdigit, text))
    )


def _is_token(text: str, meaning: Meaning) -> bool:
    if (
        len(text) < (6 if meaning is Meaning.SECRET else 8)
        or _says_secret(text.strip("\"'"))
        or (values.is_code(text) and not any(map(str.isdigit, text)))
        or values.is_place(text)
    ):
        return False
    if values.is_random(text):
        return True
    if values.is_number(text):
        return text.isdigit() and len(text) >= 16
    if values.is_name(text):
        # A word with a number at its end, and not a row of words, as names of things are.
        return meaning is not Meaning.API_KEY and text.isalnum() and text[-1].isdigit()
    if text.isalnum() and meaning is Meaning.API_KEY:
        return len(text) >= 12
    # Not made of words: punctuation, or letters and digits mixed.
    return len(set(text)) >= 6
