"""Finds credentials: in a text, or in one value whose name is known."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from modelyard.secrets import credible, values
from modelyard.secrets.assignments import Assignment, assignments
from modelyard.secrets.encoded import decoded_runs
from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.manifests import manifest_hits
from modelyard.secrets.named import vendor_of
from modelyard.secrets.profiles import Profile, profile_of
from modelyard.secrets.special import private_key_hits, special_hits
from modelyard.secrets.vendors import vendor_hits
from modelyard.secrets.words import Meaning, meaning_of

_FLOW = re.compile(r"\[|\{\s*[\"']?[\w.-]{1,60}[\"']?:(?:\s|$)")  # a list, or a mapping: no scalar
_REMEMBERED = 4096  # characters of the longest value that is worth remembering
_SHORTEST = 12  # characters that a credential has at least if it tells by itself what it is
_TELLING = re.compile(r"[=:@ ]")
_HARMLESS = re.compile(
    r"(?:[\w.-]{1,80}/){0,4}[\w.-]{1,80}(?::[\w.-]{1,60})?@sha256:[0-9a-f]{64}|(?:sha256:)?[0-9a-f]{64}"
    r"|arn:aws[a-z-]{0,10}:[a-z0-9-]{1,30}:[a-z0-9-]{0,20}:[0-9]{0,12}:[\w:/.*?+=,@-]{1,120}"
    r"|[a-z]{1,12}(?:[._/-][a-z]{1,12}){0,8}|(?:[a-z][a-z0-9-]{0,24}\.){1,5}[a-z]{2,12}(?:/[a-z]{1,20})?"
)
_DEPTH = 2  # base64 in base64 in base64 is nobody's accident


def detect(text: str, *, name: str = "") -> Iterator[Hit]:
    """Each credential in a text, in order, none inside another.

    ``name`` is the file's name or path, where there is one: in a program a value without quotes is an
    expression, in a document for people it is likely an example.
    """
    yield from _settled(_all_hits(text, profile_of(name), _DEPTH))


def detect_tokens(text: str) -> Iterator[Hit]:
    """Each credential that tells by itself what it is: all that can be known of bytes that are no text."""
    yield from _settled([*vendor_hits(text), *private_key_hits(text)])


def detect_value(name: str, value: str) -> tuple[Hit, ...]:
    """Each credential in one value that is known to be used as it stands under this name.

    An environment variable, an argument, an entry of a ConfigMap: any password there is one, ``changeme`` as
    well. Offsets are in ``value``.
    """
    return _of_value(name, value, True) if len(value) <= _REMEMBERED else _value_hits(name, value, True)


def detect_text(name: str, value: str) -> tuple[Hit, ...]:
    """Each credential in one value of a document, whose name may promise more than it means."""
    return _of_value(name, value, False) if len(value) <= _REMEMBERED else _value_hits(name, value, False)


@functools.lru_cache(maxsize=65536)
def _of_value(name: str, value: str, known: bool) -> tuple[Hit, ...]:
    # The same values stand in every environment's rendering of a model.
    return _value_hits(name, value, known)


def _value_hits(name: str, value: str, known: bool) -> tuple[Hit, ...]:
    found = [] if _is_plain(value) else list(_all_hits(value, profile_of(name), _DEPTH, used=True))
    meaning = meaning_of(name)
    used = credible.effective(value)
    if meaning is not Meaning.NOTHING and "\n" not in value.strip():
        believed = credible.is_believed(name, meaning, used, known_place=known)
        if believed or (
            vendor_of(name, used) and not values.is_masked(used) and not values.is_reference(used)
        ):
            found.append(_named_hit(name, meaning, used, value.find(used)))
    return tuple(_settled(found))


def _is_plain(value: str) -> bool:
    """Whether nothing can be in a value, at a glance: most values are short, or digests, images and ARNs."""
    if len(value) < _SHORTEST:
        return _TELLING.search(value) is None
    return _HARMLESS.fullmatch(value) is not None


def _all_hits(text: str, profile: Profile, depth: int, used: bool = False) -> Iterator[Hit]:
    lowered = _lowered(text)
    yield from vendor_hits(text)
    prose, code = profile is Profile.PROSE, profile is Profile.CODE
    yield from special_hits(text, lowered, prose=prose, code=code, used=used)
    for one in assignments(text, lowered):
        yield from _assigned(one, profile)
    if "ecret" in text or "SECRET" in text:
        yield from manifest_hits(text)
    if depth:
        for start, end, plain in decoded_runs(text):
            for hit in _settled(_all_hits(plain, profile, depth - 1)):
                yield Hit(hit.kind, start, end, hit.hint, hit.fingerprint, hit.rank)


def _lowered(text: str) -> str:
    lowered = text.lower()
    # One capital letter (I with a dot) becomes two characters, and every place behind it would be off.
    return lowered if len(lowered) == len(text) else text.replace("\u0130", "I").lower()


def _assigned(one: Assignment, profile: Profile) -> Iterator[Hit]:
    value = credible.effective(one.value)
    start = one.start + one.value.find(value)
    meaning = meaning_of(one.name)
    if meaning is Meaning.NOTHING:
        return
    if (
        vendor_of(one.name, value)
        and not values.is_masked(value)
        and not values.is_reference(value)
        and not one.name.lower().endswith("id")
    ):
        yield _named_hit(one.name, meaning, value, start, rank=2)
        return
    if _is_out_of_place(one, meaning, value, profile):
        return
    if credible.is_believed(one.name, meaning, value, known_place=False, quoted=one.quoted):
        yield _named_hit(one.name, meaning, value, start)


def _is_out_of_place(one: Assignment, meaning: Meaning, value: str, profile: Profile) -> bool:
    """Whether the way it is written says that the value is no literal, or only an example."""
    random = values.is_random(value)
    if not one.quoted and _FLOW.match(value):
        return True
    if profile is Profile.CODE and not one.quoted and one.operator not in ("flag",):
        return True
    if profile is Profile.PROSE and not random:
        return True
    if one.operator in ("(", ",") and (values.is_name(value) or " " in value):
        return True
    if one.operator in ("(", ",", "|", " ", ">", "<") and not one.quoted and not random:
        return True
    if "(?" in value or "\\s" in value or "\\w" in value or (not one.quoted and values.is_code(value)):
        return True
    if one.operator in ("->", "<-") or (
        one.operator in (",", "(", "|") and meaning in (Meaning.KEY, Meaning.AUTH)
    ):
        return True
    return bool(not one.quoted and not random and _is_sentence(one.rest))


def _is_sentence(rest: str) -> bool:
    """Whether words go on behind a value without quotes: then it was the first word of a sentence."""
    rest = rest.strip()
    return re.match(r"[A-Za-z]{1,20}(?:[ ,.]|$)", rest) is not None and not rest.startswith(
        ("http", "host", "port", "db", "user")
    )


def _named_hit(name: str, meaning: Meaning, value: str, start: int, rank: int = 1) -> Hit:
    vendor = vendor_of(name, value)
    kind = f"{vendor}-{meaning.value}" if vendor else f"{meaning.value}-assignment"
    return hit_of(kind, value, start, rank=rank)


def _settled(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in order of place; of two that overlap, the one that knows more."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (-one.rank, one.start, -one.end, one.kind)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: (one.start, one.end))
