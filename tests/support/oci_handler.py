"""How the registry of the tests answers: ``OciRegistry`` (oci_registry.py) holds what it knows."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.support.oci_faults import Answer
from tests.support.oci_images import OCI_INDEX, sha256

if TYPE_CHECKING:
    from tests.support.oci_registry import OciRegistry

_PATH = re.compile(r"/v2/(?P<repository>.+?)/(?P<what>manifests|blobs|tags|referrers)/(?P<rest>.+)")


def handler(registry: OciRegistry) -> type[BaseHTTPRequestHandler]:
    """The handler class of one registry."""
    return type("Handler", (_Handler,), {"registry": registry})


class _Handler(BaseHTTPRequestHandler):
    registry: OciRegistry
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Tests read ``seen`` instead."""

    def _serve(self) -> None:
        self.registry.note(self.command, self.path, self.headers)
        length = int(self.headers.get("Content-Length") or 0)
        body = self._chunks() if self.headers.get("Transfer-Encoding") else self.rfile.read(length)
        fault = self.registry.fault_for(self.command, urlsplit(self.path).path)
        answer = self._answer(body)
        if fault is None:
            answer.send(self)
        else:
            fault.send(self, answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _serve

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, body: bytes) -> Answer:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/token":
            return _token(self.registry, self.command, self.headers, query, body)
        match = _PATH.fullmatch(url.path)
        repository = match["repository"] if match else ""
        action = "pull" if self.command in ("GET", "HEAD") else "push"
        refusal = _refusal(self.registry, self.headers, repository, action)
        if refusal is not None:
            return refusal
        if url.path == "/v2/":
            return Answer(200, b"{}", {"Content-Type": "application/json"})
        if match is None:
            return _error(404, "NAME_UNKNOWN")
        with self.registry.lock:
            answer = getattr(self, f"_{match['what']}")(repository, match["rest"], query, body)
        assert isinstance(answer, Answer)
        return answer

    def _manifests(self, repository: str, name: str, query: Mapping[str, str], body: bytes) -> Answer:
        if self.command == "PUT":
            digest = sha256(body)
            if name.startswith("sha256:") and name != digest:
                return _error(400, "DIGEST_INVALID")
            self.registry.manifests[repository, digest] = (self.headers["Content-Type"], body)
            if not name.startswith("sha256:"):
                self.registry.tags[repository, name] = digest
            location = f"/v2/{repository}/manifests/{digest}"
            return Answer(201, b"", {"Location": location, "Docker-Content-Digest": digest})
        digest = self.registry.tags.get((repository, name), name)
        found = self.registry.manifests.get((repository, digest))
        if found is None:
            return _error(404, "MANIFEST_UNKNOWN")
        return Answer(200, found[1], {"Content-Type": found[0], "Docker-Content-Digest": digest})

    def _blobs(self, repository: str, rest: str, query: Mapping[str, str], body: bytes) -> Answer:
        if rest.startswith("uploads/"):
            return self._upload(repository, rest.removeprefix("uploads/"), query, body)
        data = self.registry.blobs.get((repository, rest))
        if data is None:
            return _error(404, "BLOB_UNKNOWN")
        headers = {"Content-Type": "application/octet-stream", "Docker-Content-Digest": rest}
        return Answer(200, data, headers)

    def _upload(self, repository: str, name: str, query: Mapping[str, str], body: bytes) -> Answer:
        uploads = self.registry.uploads
        if self.command == "POST":
            mounted = self.registry.blobs.get((query.get("from", ""), query.get("mount", "")))
            if mounted is not None:
                return self._stored(repository, query["mount"], mounted)
            name = f"upload-{len(uploads)}"
            uploads[name] = b""
        if name not in uploads:
            return _error(404, "BLOB_UPLOAD_UNKNOWN")
        uploads[name] += body
        if "digest" in query and self.command in ("POST", "PUT"):
            return self._stored(repository, query["digest"], uploads[name])
        last = max(0, len(uploads[name]) - 1)
        headers = {"Location": f"/v2/{repository}/blobs/uploads/{name}", "Range": f"0-{last}"}
        return Answer(204 if self.command == "GET" else 202, b"", headers)

    def _stored(self, repository: str, digest: str, data: bytes) -> Answer:
        if sha256(data) != digest:
            return _error(400, "DIGEST_INVALID")
        self.registry.blobs[repository, digest] = data
        location = f"/v2/{repository}/blobs/{digest}"
        return Answer(201, b"", {"Location": location, "Docker-Content-Digest": digest})

    def _tags(self, repository: str, rest: str, query: Mapping[str, str], body: bytes) -> Answer:
        tags = sorted(tag for name, tag in self.registry.tags if name == repository)
        if not tags or rest != "list":
            return _error(404, "NAME_UNKNOWN")
        return _json(200, {"name": repository, "tags": tags})

    def _referrers(self, repository: str, digest: str, query: Mapping[str, str], body: bytes) -> Answer:
        found = []
        for (name, own), (media_type, data) in self.registry.manifests.items():
            document = json.loads(data) if name == repository else {}
            if document.get("subject", {}).get("digest") == digest:
                found.append(
                    {
                        "mediaType": media_type,
                        "digest": own,
                        "size": len(data),
                        "artifactType": document.get("artifactType", ""),
                        "annotations": document.get("annotations", {}),
                    }
                )
        return _json(200, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found}, OCI_INDEX)


def _json(status: int, document: Any, media_type: str = "application/json") -> Answer:
    return Answer(status, json.dumps(document).encode(), {"Content-Type": media_type})


def _error(status: int, code: str, message: str = "") -> Answer:
    return _json(status, {"errors": [{"code": code, "message": message or code.lower()}]})


def _refusal(registry: OciRegistry, headers: Message, repository: str, action: str) -> Answer | None:
    """The 401 that says how to ask for leave; None where it was given."""
    if not registry.auth:
        return None
    kind, _, credential = headers.get("Authorization", "").partition(" ")
    if registry.auth == "basic":
        if kind == "Basic" and _known(registry, credential):
            return None
        return _error(401, "UNAUTHORIZED").with_headers(WWW_Authenticate='Basic realm="registry, private"')
    granted = registry.tokens.get(credential) if kind == "Bearer" else None
    if granted is not None and (not repository or f"{repository}:{action}" in granted):
        return None
    actions = "pull" if action == "pull" else "pull,push"
    scope = f',scope="repository:{repository}:{actions}"' if repository else ""
    wanted = f'Bearer realm="{registry.url}/token",service="registry, of tests"{scope}'
    return _error(401, "UNAUTHORIZED").with_headers(WWW_Authenticate=wanted)


def _known(registry: OciRegistry, credential: str) -> bool:
    user, _, password = base64.b64decode(credential).decode().partition(":")
    return registry.users.get(user) == password


def _token(
    registry: OciRegistry, method: str, headers: Message, query: Mapping[str, str], body: bytes
) -> Answer:
    """A token for what the scope asks; one to push is for users only."""
    kind, _, credential = headers.get("Authorization", "").partition(" ")
    if method == "POST":
        query = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        user = query.get("refresh_token", "") in registry.identity_tokens
    else:
        user = kind == "Basic" and _known(registry, credential)
    if not user and (credential or method == "POST" or not registry.anonymous):
        return _error(401, "UNAUTHORIZED", "wrong name or password")
    granted = set()
    for scope in query.get("scope", "").split():
        _, repository, actions = scope.split(":")
        granted |= {f"{repository}:{one}" for one in actions.split(",") if user or one == "pull"}
    with registry.lock:
        token = f"token-{len(registry.tokens)}-{'user' if user else 'anonymous'}"
        registry.tokens[token] = frozenset(granted)
    return _json(200, {"token": token, "access_token": token, "expires_in": 300})
