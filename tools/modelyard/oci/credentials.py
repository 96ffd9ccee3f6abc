"""Who we are to a registry: what `docker login` and `podman login` have left behind.

Files: https://docs.docker.com/reference/cli/docker/login/ and containers-auth.json(5); the protocol of the
helpers: https://github.com/docker/docker-credential-helpers.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.oci.errors import Unauthorized
from modelyard.oci.helper import HelperFailed, ask_helper
from modelyard.oci.limits import MIB
from modelyard.oci.reference import HUB

_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN_USER = "<token>"  # noqa: S105 - the name that helpers give to an identity token
_KEY = re.compile(r"(?:https?://)?([^/]+)(/.*)?")


@dataclass(frozen=True)
class Credential:
    """A name and password, or a refresh token in their place. Never shown."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    identity_token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """The value of an Authorization header."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


class Keychain:
    """The credentials of this user, by repository. Each is looked up once; for all threads."""

    def __init__(self, environ: Mapping[str, str], helper_seconds: float) -> None:
        self._environ = environ
        self._helper_seconds = helper_seconds
        self._lock = threading.Lock()
        self._known: dict[str, Credential | None] = {}

    def find(self, host: str, path: str) -> Credential | None:
        """None where there is none: many images can be pulled by anybody. Raises Unauthorized where a file
        or a helper is there and cannot be used, for then nobody knows what it would have said."""
        repository = f"{host}/{path}"
        with self._lock:
            if repository not in self._known:
                self._known[repository] = self._find(host, path)
            return self._known[repository]

    def _find(self, host: str, path: str) -> Credential | None:
        for file in self._files():
            try:
                settings = _read(file)
                found = None if settings is None else self._in_file(settings, host, path)
            except (OSError, ValueError) as error:
                reason = f"the credentials in {file} cannot be used: {_why(error)}"
                hint = f"mend the file, or log in again: `docker login {host}`"
                raise Unauthorized(f"{host}/{path}", reason, hint) from error
            except HelperFailed as error:
                hint = "run the helper by hand (`docker-credential-NAME list`), or log in again"
                raise Unauthorized(f"{host}/{path}", f"no credentials: {error}", hint) from error
            if found is not None:
                return found
        return None

    def _files(self) -> Iterator[Path]:
        """Where a login may be, the most deliberate place first; Podman's own variable rules out others."""
        environ = self._environ
        if environ.get("REGISTRY_AUTH_FILE"):
            yield Path(environ["REGISTRY_AUTH_FILE"])
            return
        home = Path(environ.get("HOME", "/nonexistent"))
        yield Path(environ.get("DOCKER_CONFIG") or home / ".docker") / "config.json"
        if environ.get("XDG_RUNTIME_DIR"):
            yield Path(environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json"
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "containers" / "auth.json"

    def _in_file(self, settings: Mapping[str, Any], host: str, path: str) -> Credential | None:
        server = _HUB_KEY if host == HUB else host
        helpers = {_canonical(key)[0]: name for key, name in _mapping(settings, "credHelpers").items()}
        for name in (helpers.get(host), settings.get("credsStore")):
            if isinstance(name, str) and name:
                answer = ask_helper(name, server, self._environ, self._helper_seconds)
                if answer is not None:
                    return _credential(*answer)
        auths = _mapping(settings, "auths")
        # Podman's keys may go down to a namespace: the longest that fits is meant.
        fitting = [(key, entry) for key, entry in auths.items() if _fits(key, host, path)]
        for _, entry in sorted(fitting, key=lambda one: len(_canonical(one[0])[1]), reverse=True):
            found = _entry(entry)
            if found is not None:
                return found
        return None


def _read(file: Path) -> Mapping[str, Any] | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(MIB + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > MIB:
        raise ValueError("it is larger than 1 MiB")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        # The decoder's own message may quote what stands there.
        raise ValueError("it is not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    return document


def _mapping(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = settings.get(name, {})
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _canonical(key: str) -> tuple[str, str]:
    """Host and path that a key of ``auths`` means; Docker's own keys of its Hub end in ``/v1/``."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key, ""
    host = HUB if match[1] in ("index.docker.io", "registry-1.docker.io") else match[1]
    path = (match[2] or "").strip("/")
    return host, "" if path in ("v1", "v2") else path


def _fits(key: str, host: str, path: str) -> bool:
    named, below = _canonical(key)
    return named == host and (not below or path == below or path.startswith(f"{below}/"))


def _entry(entry: Any) -> Credential | None:
    """What one entry of ``auths`` holds; an empty one says only that a helper has it."""
    if not isinstance(entry, dict):
        raise ValueError("an entry of auths is not an object")
    token = entry.get("identitytoken") or ""
    packed = entry.get("auth") or ""
    username, password = entry.get("username") or "", entry.get("password") or ""
    if not all(isinstance(value, str) for value in (token, packed, username, password)):
        raise ValueError("an entry of auths holds something else than strings")
    if packed:
        try:
            username, colon, password = base64.b64decode(packed, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError("an auth is not base64 of name:password") from None
        if not colon:
            raise ValueError("an auth is not base64 of name:password")
        password = password.rstrip("\0")
    if not (username or password or token):
        return None
    return _credential(username, password, token)


def _credential(username: str, password: str, identity_token: str = "") -> Credential:
    if username == _TOKEN_USER:
        return Credential("", "", password)
    return Credential(username, password, identity_token)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
