"""Reading images from any registry that speaks the OCI distribution API.

https://github.com/opencontainers/distribution-spec. Everything that is named by a digest is held against it.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime
from typing import BinaryIO
from urllib.parse import urljoin

from modelyard.oci.authorize import Authorizer
from modelyard.oci.credentials import Keychain
from modelyard.oci.digesting import Digesting
from modelyard.oci.documents import (
    INDEXES,
    MANIFESTS,
    Descriptor,
    ImageConfig,
    Index,
    Manifest,
    parse_config,
    parse_manifest,
)
from modelyard.oci.errors import (
    Lied,
    Malformed,
    NotFound,
    RateLimited,
    RegistryError,
    TimedOut,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from modelyard.oci.limits import Deadline, Limits
from modelyard.oci.reference import DIGEST, Reference
from modelyard.oci.transport import Request, Response, Sink, Transport, origin

_ACCEPT = ", ".join((*INDEXES, *MANIFESTS))
_CODE = re.compile(rb'"code"\s*:\s*"([A-Z_]{3,40})"')
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 429, 500, 502, 503, 504)


class Registry:
    """A reader of registries: any host, one instance, all threads.

    ``insecure`` are hosts (with or without port) that may be asked without TLS, as loopback always may;
    ``environ`` says where credentials, proxies and HOME are. All methods raise RegistryError, and take at
    most ``limits.total_seconds``, or until ``deadline`` if that is sooner.
    """

    def __init__(
        self,
        *,
        insecure: Collection[str] = (),
        limits: Limits | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._transport = Transport(self.limits, frozenset(insecure))
        keychain = Keychain(os.environ if environ is None else environ, self.limits.helper_seconds)
        self._authorizer = Authorizer(self._transport, keychain)

    def resolve(self, reference: Reference, deadline: Deadline | None = None) -> str:
        """The digest that a tag points to now. Costs no pull where pulls are counted, as on Docker Hub."""
        path = f"manifests/{reference.name}"
        response = self._ask(reference, "HEAD", path, self.limits.manifest_bytes, deadline)
        digest = response.headers.get("Docker-Content-Digest", "")
        return digest if DIGEST.fullmatch(digest) else self.manifest(reference, deadline).digest

    def manifest(self, reference: Reference, deadline: Deadline | None = None) -> Index | Manifest:
        """The manifest or index that a reference leads to; by its digest where it has one."""
        path = f"manifests/{reference.name}"
        response = self._ask(reference, "GET", path, self.limits.manifest_bytes, deadline)
        digest = _sha256(response.body)
        said = response.headers.get("Docker-Content-Digest", digest)
        if digest != (reference.digest or said):
            reason = f"what it sent as {reference.digest or said} is {digest}"
            raise Lied(reference.repository, reason)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
        return parse_manifest(response.body, digest, media_type, reference.repository)

    def config(
        self, reference: Reference, manifest: Manifest | None = None, deadline: Deadline | None = None
    ) -> ImageConfig:
        """The configuration of one image; of what ``reference`` leads to where no manifest is given."""
        found = manifest or self.manifest(reference, deadline)
        if isinstance(found, Index):
            reason = f"{reference} is an index of several images: name the digest of one"
            raise Malformed(reference.repository, reason, "give the digest of one platform's manifest")
        data = self.blob(reference, found.config, self.limits.config_bytes, deadline)
        return parse_config(data, reference.repository)

    def blob(
        self, reference: Reference, descriptor: Descriptor, at_most: int, deadline: Deadline | None = None
    ) -> bytes:
        """The bytes that a descriptor names; TooLarge before the first is read where they are too many."""
        if descriptor.size > at_most:
            reason = f"{descriptor.digest} is {descriptor.size} bytes, and {at_most} are the most"
            raise TooLarge(reference.repository, reason)
        path = f"blobs/{descriptor.digest}"
        response = self._ask(reference, "GET", path, descriptor.size, deadline, follow=True)
        digest = _sha256(response.body)
        if digest != descriptor.digest or len(response.body) != descriptor.size:
            reason = f"what it sent as {descriptor.digest} is {digest}"
            raise Lied(reference.repository, reason)
        return response.body

    def save(
        self,
        reference: Reference,
        descriptor: Descriptor,
        file: BinaryIO,
        at_most: int,
        deadline: Deadline | None = None,
    ) -> None:
        """Writes what a descriptor names to a file that is open for writing, like ``blob``, of any size."""
        if descriptor.size > at_most:
            reason = f"{descriptor.digest} is {descriptor.size} bytes, and {at_most} are the most"
            raise TooLarge(reference.repository, reason)
        into = Digesting(file)
        path = f"blobs/{descriptor.digest}"
        self._ask(reference, "GET", path, descriptor.size, deadline, follow=True, into=into)
        if into.digest != descriptor.digest or into.size != descriptor.size:
            reason = f"what it sent as {descriptor.digest} is {into.digest}"
            raise Lied(reference.repository, reason)

    def _ask(
        self,
        reference: Reference,
        method: str,
        path: str,
        at_most: int,
        deadline: Deadline | None,
        *,
        follow: bool = False,
        into: Sink | None = None,
    ) -> Response:
        """A good answer, however often it takes. Raises what the last attempt met."""
        limits = self.limits
        deadline = (deadline or Deadline(limits.total_seconds)).at_most(limits.total_seconds)
        wait = limits.backoff_seconds
        for attempt in range(1, limits.attempts + 1):
            asked = wait
            try:
                response = self._once(reference, method, path, at_most, deadline, follow, into)
                if response.status == 200:
                    return response
                failure = _failure(response, reference, path)
                asked = max(wait, _retry_after(response))
            except RegistryError as error:
                failure = error
            patient = asked <= limits.longest_wait_seconds and deadline.allows(asked)
            if not failure.retry or attempt == limits.attempts or not patient:
                raise failure
            time.sleep(asked)
            wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self,
        reference: Reference,
        method: str,
        path: str,
        at_most: int,
        deadline: Deadline,
        follow: bool,
        into: Sink | None,
    ) -> Response:
        """One attempt: with the header of last time, then with what a 401 asks for."""
        repository = reference.repository
        try:
            base = self._transport.base(reference.api_host, repository, deadline)
            url = f"{base}/v2/{reference.path}/{path}"
            known = self._authorizer.known(reference)
            response = self._send(method, url, known, repository, at_most, deadline, follow, into)
            if response.status == 401:
                header = self._authorizer.answer(reference, response, url, deadline)
                response = self._send(method, url, header, repository, at_most, deadline, follow, into)
        except TimeoutError as error:
            raise TimedOut(repository, "there was no time left to ask it") from error
        return response

    def _send(
        self,
        method: str,
        url: str,
        authorization: str | None,
        repository: str,
        at_most: int,
        deadline: Deadline,
        follow: bool,
        into: Sink | None,
    ) -> Response:
        """One answer, behind its redirects. Credentials go to the registry and nowhere else."""
        start = url
        # What says why a request failed may be longer than the answer that was asked for.
        room = max(at_most, self.limits.token_bytes)
        for _ in range(self.limits.redirects + 1):
            headers = {"Accept": _ACCEPT}
            if authorization is not None and origin(url) == origin(start):
                headers["Authorization"] = authorization
            response = self._transport.send(
                Request(method, url, headers, into=into), repository, deadline, room
            )
            if response.status not in _REDIRECTS:
                return response
            if not follow:
                raise Malformed(repository, "it redirects where the API has no redirect")
            try:
                target = urljoin(url, response.headers.get("Location", ""))
            except ValueError as error:
                raise Malformed(repository, "it redirects to something that is no URL") from error
            url = self._transport.checked(target, repository, url)
        raise Malformed(repository, f"it redirects more than {self.limits.redirects} times")


def _failure(response: Response, reference: Reference, path: str) -> RegistryError:
    """What a status means, with the registry's own word for it."""
    status, repository = response.status, reference.repository
    code = _CODE.search(response.body)
    word = f"{status} {code[1].decode()}" if code is not None else str(status)
    if status == 404:
        return NotFound(repository, f"it has no {path} ({word})")
    if status in (401, 403):
        return Unauthorized(repository, f"it does not let us read {path} ({word})")
    if status == 429:
        return RateLimited(repository, f"it has had too many requests from here ({word})")
    if status in _AGAIN:
        return Unavailable(repository, f"it fails ({word})")
    return Malformed(repository, f"it answers with status {word}")


def _retry_after(response: Response) -> float:
    """Seconds that it asks us to wait, 0 where it does not say; a date counts from its own clock."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", value, re.ASCII):
        return float(value)
    try:
        then = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (then - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
