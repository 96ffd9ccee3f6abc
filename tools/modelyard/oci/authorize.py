"""How a registry is told who asks: a token from the place that it names, or name and password.

https://distribution.github.io/distribution/spec/auth/token/ and .../oauth/. Credentials are those of the
registry's own host, so a registry cannot have another's by naming that one's realm.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import urlencode

from modelyard.oci.challenge import Challenge, parse_challenges
from modelyard.oci.credentials import Credential, Keychain
from modelyard.oci.documents import parse_object
from modelyard.oci.errors import Malformed, RateLimited, Unauthorized, Unavailable
from modelyard.oci.limits import Deadline
from modelyard.oci.reference import Reference
from modelyard.oci.transport import Request, Response, Transport

_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")


class Authorizer:
    """Authorization headers by repository. For all threads."""

    def __init__(self, transport: Transport, keychain: Keychain) -> None:
        self._transport = transport
        self._keychain = keychain
        self._lock = threading.Lock()
        self._headers: dict[str, str] = {}

    def known(self, reference: Reference) -> str | None:
        """What this repository wanted the last time."""
        with self._lock:
            return self._headers.get(reference.repository)

    def answer(self, reference: Reference, refusal: Response, url: str, deadline: Deadline) -> str:
        """The Authorization header that the refusal (a 401 from ``url``) asks for.

        Raises Unauthorized where there is no credential for it or it is refused.
        """
        repository = reference.repository
        try:
            challenges = parse_challenges(", ".join(refusal.headers.get_all("WWW-Authenticate") or ()))
        except ValueError as error:
            raise Malformed(repository, f"its WWW-Authenticate cannot be read: {error}") from error
        by_scheme = {one.scheme: one for one in reversed(challenges)}
        credential = self._keychain.find(reference.host, reference.path)
        if "bearer" in by_scheme:
            header = "Bearer " + self._token(by_scheme["bearer"], reference, credential, url, deadline)
        elif "basic" in by_scheme:
            if credential is None or credential.identity_token:
                raise Unauthorized(repository, "it wants a name and a password, and there are none for it")
            header = credential.basic
        else:
            raise Malformed(repository, "it refuses (401) without a way to authenticate that is known")
        with self._lock:
            self._headers[repository] = header
        return header

    def _token(
        self,
        challenge: Challenge,
        reference: Reference,
        credential: Credential | None,
        url: str,
        deadline: Deadline,
    ) -> str:
        repository = reference.repository
        realm = self._transport.checked(challenge.parameters.get("realm", ""), repository, url)
        scope = challenge.parameters.get("scope") or f"repository:{reference.path}:pull"
        query = {"service": challenge.parameters.get("service", ""), "scope": scope}
        request = _token_request(realm, {name: value for name, value in query.items() if value}, credential)
        limits = self._transport.limits
        response = self._transport.send(request, repository, deadline, limits.token_bytes)
        _check(response, repository, credential)
        document = parse_object(response.body, repository, "the token")
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise Malformed(repository, "the answer of its token service holds no token")
        return token


def _token_request(realm: str, query: dict[str, str], credential: Credential | None) -> Request:
    if credential is not None and credential.identity_token:
        form = {"grant_type": "refresh_token", "client_id": "modelyard", **query}
        body = urlencode({**form, "refresh_token": credential.identity_token}).encode()
        return Request("POST", realm, {"Content-Type": "application/x-www-form-urlencoded"}, body)
    url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
    headers = {} if credential is None else {"Authorization": credential.basic}
    return Request("GET", url, headers)


def _check(response: Response, repository: str, credential: Credential | None) -> None:
    status = response.status
    if status == 200:
        return
    if status in (400, 401, 403):
        who = "name and password" if credential is not None else "anybody without a login"
        raise Unauthorized(repository, f"its token service refuses {who} ({status})")
    if status == 429:
        raise RateLimited(repository, "its token service refuses for now (429)")
    kind = Unavailable if status >= 500 else Malformed
    raise kind(repository, f"its token service answers with status {status}")
