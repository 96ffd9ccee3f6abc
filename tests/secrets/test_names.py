"""What names mean, and what values are: the judgement that everything without a shape depends on."""

from __future__ import annotations

import pytest

from modelyard.secrets import values
from modelyard.secrets.detect import detect, detect_value
from modelyard.secrets.words import Meaning, meaning_of


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("DB_PASSWORD", Meaning.PASSWORD),
        ("dbPassword", Meaning.PASSWORD),
        ("db-passwd", Meaning.PASSWORD),
        ("userpass", Meaning.PASSWORD),
        ("DB_PW", Meaning.PASSWORD),
        ("password_super_secure", Meaning.PASSWORD),
        ("client_secret", Meaning.SECRET),
        ("mySecretString", Meaning.SECRET),
        ("access_token", Meaning.TOKEN),
        ("some_api_token_123", Meaning.TOKEN),
        ("apiKey", Meaning.API_KEY),
        ("SECRET_KEY_BASE", Meaning.API_KEY),
        ("GITHUBKEY", Meaning.KEY),
        ("user_auth", Meaning.AUTH),
    ],
)
def test_names_of_secrets(name: str, meaning: Meaning) -> None:
    assert meaning_of(name) is meaning


@pytest.mark.parametrize(
    "name",
    [
        "passwordFile",
        "secretName",
        "TOKEN_URL",
        "secret_arn",
        "KEY_ID",
        "tokenizer",
        "max_tokens",
        "password_policy",
        "passwordSecretRef",
        "SECRET_NAME",
        "PRIVATE_KEY_PATH",
        "publicKey",
        "primary_key",
        "partitionKey",
        "eos_token",
        "next_page_token",
        "keyboard",
        "monkey",
        "author",
        "authority",
        "passenger",
        "secretary",
        "PASSWORD_MIN_LENGTH",
        "api_key_header",
        "token_ttl",
        "credentialsId",
        "key",
        "keys",
        "compass",
        "bypass",
        "csrf_token",
        "S3Key",
        "image_pull_secret",
        "TokenizersParallelism",
        "sort_key",
        "cache-key",
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert meaning_of(name) is Meaning.NOTHING


@pytest.mark.parametrize(
    "value",
    [
        "${PASSWORD}", "$PASSWORD", "$(cat file)", "{{ .Values.password }}", "${{ secrets.X }}", "<password>",
        "%(password)s", "%PASSWORD%", "[password]", (
            "arn:aws:secretsmanager:eu-west-1:1:secret:x"
        ), "vault:secret/x#y",
        "op://vault/item", "ENC[AES256_GCM,data:x]", "!Ref Password", "var.db_password", "{{resolve:ssm:x}}",
    ],
)  # fmt: skip
def test_references_are_no_secrets(value: str) -> None:
    assert values.is_reference(value)
    assert detect_value("DB_PASSWORD", value) == ()
    assert list(detect(f'db_password: "{value}"\n', name="x.yaml")) == []


@pytest.mark.parametrize(
    "line",
    [
        "image: x@sha256:" + "0a1b2c3d" * 8,
        "sha256: " + "0a1b2c3d" * 8,
        "integrity: sha512-" + "Zm9vYmFy" * 10 + "Zm9vYg==",
        "client_id: 3f2c1d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
        "kms_key_id: 3f2c1d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
        "password: true",
        "password: required",
        "password: must be at least eight characters long",
        "token: string",
        "secret: my-tls-secret",
        "password_hash_algorithm: argon2id",
        "passwd: files systemd",
        "key: value",
        "secretKeyRef: {name: database, key: password}",
    ],
)
def test_what_is_no_secret_in_text(line: str) -> None:
    assert list(detect(line + "\n", name="x.yaml")) == []


@pytest.mark.parametrize(
    "value", ["changeme", "admin", "hunter2", "example-password", "correct horse battery"]
)
def test_a_poor_password_is_one_where_it_is_used(value: str) -> None:
    assert len(detect_value("ADMIN_PASSWORD", value)) == 1


def test_a_placeholder_in_text_is_none() -> None:
    assert list(detect("password: changeme\n", name="x.yaml")) == []
    assert list(detect("API_TOKEN=${API_TOKEN:-}\n", name=".env")) == []


def test_a_password_of_small_letters_on_a_command_line_is_seen() -> None:
    command = " ".join(("mysql -u root", "-p", "letmein"))
    assert [hit.kind for hit in detect_value("", command)] == ["password-in-command"]
