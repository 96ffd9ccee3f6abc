"""What of gitleaks' findings is dropped, and what never is."""

from __future__ import annotations

import random

import pytest

from modelyard.secrets.judge import is_credible
from tests.secrets.samples import letters

TOKEN = letters(32, random.Random("judge"))
DIGEST = letters(64, random.Random("digest"), "0123456789abcdef")
COMMIT = letters(40, random.Random("commit"), "0123456789abcdef")


@pytest.mark.parametrize(
    ("rule", "value", "line"),
    [
        ("generic-api-key", "${API_KEY}", "api_key: ${API_KEY}"),
        ("generic-api-key", "xxxxxxxxxxxxxxxx", "api_key: xxxxxxxxxxxxxxxx"),
        ("generic-api-key", DIGEST, f"key_sha256: {DIGEST}"),
        ("generic-api-key", "prod-database-4711", "secret_name: prod-database-4711"),
        ("generic-api-key", COMMIT, f"revision: {COMMIT}"),
        ("sourcegraph-access-token", COMMIT, f"uses: sourcegraph/action@{COMMIT}"),
        (
            "kubernetes-secret-yaml",
            'password: "{{ .Values.password }}"',
            'password: "{{ .Values.password }}"',
        ),
        ("hashicorp-tf-password", "password", 'password = "password"'),
        ("gcp-api-key", "AIza" + "a" * 35, "key: AIza" + "a" * 35),
    ],
)
def test_what_is_certainly_no_secret_is_dropped(rule: str, value: str, line: str) -> None:
    assert not is_credible(rule, value, line, "values.yaml")


@pytest.mark.parametrize(
    ("rule", "value", "line"),
    [
        ("generic-api-key", TOKEN, f"api_key: {TOKEN}"),
        ("generic-api-key", DIGEST, f'"client_secret": "{DIGEST}"'),
        ("github-pat", f"ghp_{TOKEN}abcd", f"see ghp_{TOKEN}abcd"),
        ("curl-auth-user", f"me:{TOKEN}", f"curl -u me:{TOKEN} https://x"),
        ("private-key", TOKEN * 4, "key: |"),
        ("pkcs12-file", "", ""),
    ],
)
def test_what_may_be_one_is_kept(rule: str, value: str, line: str) -> None:
    assert is_credible(rule, value, line, "values.yaml")
