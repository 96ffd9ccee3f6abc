"""Tokens, passwords, helpers: who is asked for what, and that nobody else is told."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.oci.client import Registry
from modelyard.oci.errors import Malformed, RateLimited, RegistryError, Unauthorized, Unavailable
from modelyard.oci.reference import Reference
from tests.oci.conftest import HURRIED, QUICK
from tests.support.oci_faults import Fault, Lie, Redirect, Status
from tests.support.oci_images import image
from tests.support.oci_registry import OciRegistry

USER, PASSWORD = "robot", "pass:word-" + "x" * 8
PACKED = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def registry_for(home: Path, **environ: str) -> Registry:
    return Registry(environ={"HOME": str(home), "PATH": str(home / "bin"), **environ}, limits=QUICK)


def login(path: Path, settings: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings))


def helper(home: Path, name: str, script: str) -> None:
    """A program `docker-credential-NAME` that runs a line of shell."""
    program = home / "bin" / f"docker-credential-{name}"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def pull(server: OciRegistry, client: Registry, name: str = "team/base") -> str:
    server.push(name, "1.0", image())
    return client.config(Reference.parse(f"{server.host}/{name}:1.0")).architecture


def test_anybody_gets_a_token_and_keeps_it(client: Registry) -> None:
    with OciRegistry(auth="token") as server:
        assert pull(server, client) == "amd64"
        assert pull(server, client) == "amd64"
        assert server.paths().count("/token") == 1
        server.expire_tokens()
        assert pull(server, client) == "amd64"
        assert server.paths().count("/token") == 2
        pull(server, client, "team/other")
        assert server.paths().count("/token") == 3


def test_nobody_in_particular_is_refused(client: Registry) -> None:
    with (
        OciRegistry(auth="token", anonymous=False) as server,
        pytest.raises(Unauthorized, match="anybody without a login"),
    ):
        pull(server, client)
    with (
        OciRegistry(auth="basic") as server,
        pytest.raises(Unauthorized, match="wants a name and a password"),
    ):
        pull(server, client)


@pytest.mark.parametrize("auth", ["token", "basic"])
@pytest.mark.parametrize(
    ("file", "environ"),
    [
        (".docker/config.json", {}),
        ("elsewhere/config.json", {"DOCKER_CONFIG": "elsewhere"}),
        ("run/containers/auth.json", {"XDG_RUNTIME_DIR": "run"}),
        (".config/containers/auth.json", {}),
        ("mine.json", {"REGISTRY_AUTH_FILE": "mine.json"}),
    ],
)
def test_a_login_is_found_where_it_was_left(
    tmp_path: Path, auth: Any, file: str, environ: dict[str, str]
) -> None:
    with OciRegistry(auth=auth, users={USER: PASSWORD}, anonymous=False) as server:
        login(tmp_path / file, {"auths": {server.host: {"auth": PACKED}}})
        environ = {name: str(tmp_path / value) for name, value in environ.items()}
        assert pull(server, registry_for(tmp_path, **environ)) == "amd64"


def test_a_wrong_password_is_an_error_that_does_not_show_it(tmp_path: Path) -> None:
    with OciRegistry(auth="token", users={USER: "another"}) as server:
        login(tmp_path / ".docker/config.json", {"auths": {server.host: {"auth": PACKED}}})
        with pytest.raises(Unauthorized, match="refuses name and password") as caught:
            pull(server, registry_for(tmp_path))
    shown = f"{caught.value}{caught.value.hint}{caught.value!r}"
    assert PASSWORD not in shown
    assert PACKED not in shown


def test_the_longest_key_of_podman_wins(tmp_path: Path) -> None:
    wrong = base64.b64encode(b"a:b").decode()
    with OciRegistry(auth="basic", users={USER: PASSWORD}) as server:
        auths = {server.host: {"auth": wrong}, f"{server.host}/team": {"auth": PACKED}}
        login(tmp_path / ".docker/config.json", {"auths": auths})
        client = registry_for(tmp_path)
        assert pull(server, client, "team/base") == "amd64"
        with pytest.raises(Unauthorized):
            pull(server, client, "teams/base")


@pytest.mark.parametrize(
    "settings", [{"credHelpers": {"HOST": "good"}, "credsStore": "bad"}, {"credsStore": "good"}]
)
def test_a_helper_is_asked(tmp_path: Path, settings: dict[str, Any]) -> None:
    with OciRegistry(auth="token", users={USER: PASSWORD}, anonymous=False) as server:
        answer = json.dumps({"ServerURL": server.host, "Username": USER, "Secret": PASSWORD})
        helper(
            tmp_path,
            "good",
            f'[ "$1" = get ] && read server; [ "$server" = {server.host} ] && echo \'{answer}\'',
        )
        helper(tmp_path, "bad", "exit 1")
        text = json.dumps(settings).replace("HOST", server.host)
        login(tmp_path / ".docker/config.json", json.loads(text))
        assert pull(server, registry_for(tmp_path)) == "amd64"


def test_an_identity_token_is_exchanged(tmp_path: Path) -> None:
    with OciRegistry(auth="token", identity_tokens=frozenset({"refresh-me"}), anonymous=False) as server:
        answer = json.dumps({"Username": "<token>", "Secret": "refresh-me"})
        helper(tmp_path, "good", f"echo '{answer}'")
        login(tmp_path / ".docker/config.json", {"credsStore": "good"})
        assert pull(server, registry_for(tmp_path)) == "amd64"
        login(tmp_path / ".docker/config.json", {"auths": {server.host: {"identitytoken": "refresh-me"}}})
        assert pull(server, registry_for(tmp_path)) == "amd64"


def test_a_helper_without_an_answer_leaves_it_to_the_file(tmp_path: Path) -> None:
    with OciRegistry(auth="basic", users={USER: PASSWORD}) as server:
        helper(tmp_path, "empty", "echo 'credentials not found in native keychain'; exit 1")
        settings = {"credsStore": "empty", "auths": {server.host: {"auth": PACKED}}}
        login(tmp_path / ".docker/config.json", settings)
        assert pull(server, registry_for(tmp_path)) == "amd64"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo super-secret; exit 3", "failed with exit code 3"),
        ("echo super-secret", "not JSON"),
        ("echo '[\"super-secret\"]'", "no JSON object"),
        ('echo \'{"Username": 1, "Secret": "super-secret"}\'', "no Username and Secret"),
        ("sleep 30 & sleep 30", r"did not answer within 0\.5 seconds"),
    ],
)
def test_a_helper_that_fails_is_an_error(tmp_path: Path, script: str, said: str) -> None:
    helper(tmp_path, "bad", script.replace("sleep", "/bin/sleep"))
    login(tmp_path / ".docker/config.json", {"credsStore": "bad"})
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}
    limits = HURRIED if "sleep" in script else QUICK
    with OciRegistry(auth="token") as server, pytest.raises(Unauthorized, match=said) as caught:
        pull(server, Registry(environ=environ, limits=limits))
    assert "super-secret" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("name", ["missing", "../../bin/sh", "a b"])
def test_a_helper_that_is_none_is_an_error(tmp_path: Path, name: str) -> None:
    login(tmp_path / ".docker/config.json", {"credsStore": name})
    with OciRegistry(auth="token") as server, pytest.raises(Unauthorized, match="no credentials"):
        pull(server, registry_for(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{super-secret",
        "[]",
        '{"auths": []}',
        '{"auths": {"HOST": "super-secret"}}',
        '{"auths": {"HOST": {"auth": "super-secret!"}}}',
        '{"auths": {"HOST": {"auth": 1}}}',
        '{"auths": {"HOST": {"auth": "c3VwZXI="}}}',
        "[" * 100_000,
        " " * (1024 * 1024 + 1),
    ],
    ids=lambda text: str(text)[:30],
)
def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path, text: str) -> None:
    with OciRegistry(auth="token") as server:
        login(tmp_path / ".docker/config.json", {})
        (tmp_path / ".docker/config.json").write_text(text.replace("HOST", server.host))
        with pytest.raises(Unauthorized, match="cannot be used") as caught:
            pull(server, registry_for(tmp_path))
    assert "super-secret" not in str(caught.value)


def test_a_redirect_of_a_blob_is_followed_without_the_credentials(tmp_path: Path) -> None:
    with OciRegistry(auth="token", users={USER: PASSWORD}, anonymous=False) as server, OciRegistry() as store:
        login(tmp_path / ".docker/config.json", {"auths": {server.host: {"auth": PACKED}}})
        one = image()
        store.push("team/base", "1.0", one)
        config = next(iter(one.blobs))
        server.fault(Redirect(f"{store.url}/v2/team/base/blobs/{config}?signed=1"), "*/blobs/*")
        assert pull(server, registry_for(tmp_path)) == "amd64"
        (seen,) = store.seen
        assert seen.path.endswith("?signed=1")
        assert "Authorization" not in seen.headers
        assert any("Authorization" in one.headers for one in server.seen if "/blobs/" in one.path)


def test_a_redirect_to_itself_keeps_them(tmp_path: Path) -> None:
    with OciRegistry(auth="basic", users={USER: PASSWORD}) as server:
        login(tmp_path / ".docker/config.json", {"auths": {server.host: {"auth": PACKED}}})
        server.fault(Redirect(), "*/blobs/*", times=1)
        assert pull(server, registry_for(tmp_path)) == "amd64"


def test_credentials_of_another_registry_are_not_sent(tmp_path: Path) -> None:
    """A registry that names another's token service gets a token for nobody."""
    with OciRegistry(auth="token", users={USER: PASSWORD}) as honest, OciRegistry() as evil:
        login(tmp_path / ".docker/config.json", {"auths": {honest.host: {"auth": PACKED}}})
        evil.fault(_Challenge(f'Bearer realm="{honest.url}/token",scope="repository:a/b:pull,push"'))
        with pytest.raises(Unauthorized):
            pull(evil, registry_for(tmp_path))
        assert all("Authorization" not in one.headers for one in honest.seen)


class _Challenge:
    """A 401 with this WWW-Authenticate."""

    def __init__(self, value: str) -> None:
        self.value = value

    def send(self, handler: Any, answer: Any) -> None:
        type(answer)(401, b"", {"WWW-Authenticate": self.value}).send(handler)


@pytest.mark.parametrize(
    ("challenge", "said"),
    [
        ('Bearer realm="http://auth.example.com/token"', "plain HTTP"),
        ('Bearer realm="file:///etc/passwd"', "no http"),
        ("Bearer", "no http"),
        ("Negotiate", "without a way"),
        ('Basic realm="a', "cannot be read"),
        ("Bearer " + "a" * 9000, "cannot be read"),
    ],
)
def test_a_challenge_that_cannot_be_met(
    server: OciRegistry, client: Registry, challenge: str, said: str
) -> None:
    server.fault(_Challenge(challenge))
    with pytest.raises(RegistryError, match=said):
        pull(server, client)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Lie(b"secret"), Malformed),
        (Lie(b'{"token": ""}'), Malformed),
        (Lie(b'{"token": "a\\r\\nX-Injected: 1"}'), Malformed),
        (Lie(b'{"expires_in": 1}'), Malformed),
        (Lie(b'{"token": "wrong"}'), Unauthorized),
        (Status(429), RateLimited),
        (Status(500), Unavailable),
        (Status(404), Malformed),
        (Redirect("https://elsewhere.example.com/"), Malformed),
    ],
    ids=str,
)
def test_a_token_service_that_fails(client: Registry, fault: Fault, expected: type[RegistryError]) -> None:
    with OciRegistry(auth="token") as server:
        server.fault(fault, "/token")
        with pytest.raises(RegistryError) as caught:
            pull(server, client)
    assert type(caught.value) is expected
    assert "secret" not in str(caught.value)


def test_a_token_service_that_recovers(client: Registry) -> None:
    with OciRegistry(auth="token") as server:
        server.fault(Status(503), "/token", times=1)
        server.fault(Status(429), "/token", times=1)
        assert pull(server, client) == "amd64"
