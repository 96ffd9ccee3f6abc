"""The few headers that the server itself acts on, found in one pass."""

from __future__ import annotations

import functools
import itertools
import os
import re

from modelyard_server.codecs import require_utf8
from modelyard_server.errors import RequestError
from modelyard_server.media import JSON, content_type, negotiate

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:@/+=-]{1,128}")
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_WANTED = frozenset(
    {
        b"accept",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"traceparent",
        b"x-amzn-sagemaker-target-model",
        b"x-request-id",
    }
)
_REMEMBERED = 256
"""Bytes. Longer headers are not worth remembering: only an attacker sends many of them."""
_PROCESS = os.urandom(6).hex()
_NUMBERS = itertools.count(1)

Headers = list[tuple[bytes, bytes]]


def pick(headers: Headers) -> dict[bytes, bytes]:
    """The headers of interest. `Accept` may come in several lines, which mean the same as one."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _WANTED:
            found[name] = found[name] + b"," + value if name == b"accept" and name in found else value
    return found


def request_id(found: dict[bytes, bytes]) -> str:
    """The caller's X-Request-Id if it is a harmless one, else a new one, unique to this process and
    request.
    """
    given = found.get(b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode("ascii")
    return f"{_PROCESS}-{next(_NUMBERS):x}"


def trace_id(found: dict[bytes, bytes]) -> str | None:
    """The trace of a W3C `traceparent`, for the log line."""
    match = _TRACE.fullmatch(found.get(b"traceparent", b""))
    return match[1].decode("ascii") if match else None


def declared_length(found: dict[bytes, bytes]) -> int:
    """The Content-Length, which the HTTP parser has checked; 0 where there is none."""
    return int(found.get(b"content-length", b"0"))


def agree(
    found: dict[bytes, bytes], offered: tuple[str, ...], default: str, *, any_body: bool
) -> tuple[str, str]:
    """The media types of the body and of the answer. `offered` is empty if the model's own code writes
    answers.

    Raises:
        RequestError: 415 for a body that nobody here reads, 406 for an answer that nobody here writes.
    """
    if found.get(b"content-encoding", b"identity").lower() != b"identity":
        raise RequestError(415, "a compressed body is not supported")
    given, accept = found.get(b"content-type", b""), found.get(b"accept", b"")
    if len(given) + len(accept) > _REMEMBERED:
        return _agree(given, accept, offered, default, any_body)
    return _agree_again(given, accept, offered, default, any_body)


def _agree(
    given: bytes, accept: bytes, offered: tuple[str, ...], default: str, any_body: bool
) -> tuple[str, str]:
    media, charset = content_type(given.decode("latin-1")) if given else (JSON, "")
    if not media or not (any_body or not offered or media in offered):
        raise RequestError(415, f"this model reads {', '.join(offered) or 'bodies with a media type'}")
    require_utf8(media, charset)
    answer = negotiate(accept.decode("latin-1"), offered, default)
    if answer is None:
        raise RequestError(406, f"this model writes {', '.join(offered) or default}")
    return media, answer


_agree_again = functools.lru_cache(256)(_agree)
"""Callers send the same two headers all day; reading them anew would be a tenth of our own time."""
