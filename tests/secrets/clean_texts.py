"""Realistic files without a secret in them: lock files, settings, documents, programs."""

from __future__ import annotations

import base64
import json
import random

from tests.secrets.clean_parts import TEAMS, WORDS, hexadecimal, identifier, name_of


def python_lock(rng: random.Random) -> tuple[str, str]:
    lines = (
        f"{rng.choice(WORDS)}-auth=={rng.randint(0, 9)}.{rng.randint(0, 30)}.0 \\\n"
        f"    --hash=sha256:{hexadecimal(64, rng)} \\\n    --hash=sha256:{hexadecimal(64, rng)}"
        for _ in range(30)
    )
    return f"{name_of(rng)}/requirements.lock", "\n".join(lines) + "\n"


def node_lock(rng: random.Random) -> tuple[str, str]:
    packages = {
        f"node_modules/{rng.choice(WORDS)}-token{index}": {
            "version": f"{index}.2.3",
            "resolved": f"https://registry.npmjs.org/key/-/key-{index}.tgz",
            "integrity": "sha512-" + base64.b64encode(rng.randbytes(64)).decode(),
        }
        for index in range(20)
    }
    return f"{name_of(rng)}/package-lock.json", json.dumps(
        {"lockfileVersion": 3, "packages": packages}, indent=2
    )


def go_sum(rng: random.Random) -> tuple[str, str]:
    lines = (
        f"example.com/{rng.choice(WORDS)}/auth v1.{index}.0 h1:{base64.b64encode(rng.randbytes(32)).decode()}"
        for index in range(20)
    )
    return f"{name_of(rng)}/go.sum", "\n".join(lines) + "\n"


def terraform(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"tf/{name}.tf",
        f"""variable "db_password" {{
  type      = string
  sensitive = true
}}
data "aws_secretsmanager_secret_version" "db" {{
  secret_id = "prod/{name}/db"
}}
resource "aws_db_instance" "main" {{
  identifier  = "{name}"
  username    = "app"
  password    = data.aws_secretsmanager_secret_version.db.secret_string
  kms_key_id  = "arn:aws:kms:eu-west-1:111122223333:key/{identifier(rng)}"
  ca_cert_identifier = "rds-ca-rsa2048-g1"
}}
resource "aws_dynamodb_table" "lock" {{
  hash_key = "LockID"
  attribute {{ name = "LockID" }}
}}
output "db_password" {{
  value     = var.db_password
  sensitive = true
}}
""",
    )


def readme(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"{name}/README.md",
        f"""# {name}

Set `DB_PASSWORD=<your-password>` and `API_TOKEN=xxxxxxxxxxxxxxxx`, then:

    export OPENAI_API_KEY=sk-...
    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
    curl -u "$USER:$PASSWORD" -H "Authorization: Bearer $TOKEN" https://api.example.com/v1/{name}
    psql postgresql://user:password@localhost/app

| Key | Meaning |
| --- | --- |
| `password` | the password of the database; never commit it |
| `token` | a token of at least 32 characters |

Weights: sha256 `{hexadecimal(64, rng)}`, commit {hexadecimal(40, rng)}.
""",
    )


def example_environment(rng: random.Random) -> tuple[str, str]:
    return (
        f"{name_of(rng)}/.env.example",
        """DB_HOST=localhost
DB_PASSWORD=changeme
API_TOKEN=
SECRET_KEY=your-secret-key-here
SENTRY_DSN=
""",
    )


def settings(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"{name}/application.properties",
        f"""spring.datasource.password=${{DB_PASSWORD}}
spring.datasource.url=jdbc:postgresql://db:5432/{name}
server.ssl.key-store=classpath:keystore.p12
server.ssl.key-alias={name}
app.token.ttl=3600
app.password.policy.min-length=12
app.auth.token-url=https://login.example.com/oauth2/token
app.client-id={identifier(rng)}
""",
    )


def tokenizer(rng: random.Random) -> tuple[str, str]:
    config = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "[PAD]",
        "unk_token": "<unk>",
        "mask_token": "[MASK]",
        "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
        "tokenizer_class": "LlamaTokenizerFast",
        "max_new_tokens": rng.randint(16, 4096),
        "_commit_hash": hexadecimal(40, rng),
    }
    return f"{name_of(rng)}/tokenizer_config.json", json.dumps(config, indent=2)


def manifest(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"models/{name}/model.yaml",
        f"""apiVersion: modelyard.dev/v1
kind: Service
metadata:
  name: {name}
spec:
  owner: {rng.choice(TEAMS)}
  weights:
    - source: s3://models/{name}/model.safetensors
      version: {hexadecimal(32, rng)}
      sha256: {hexadecimal(64, rng)}
  env:
    TOKENIZER: bert-base-uncased
    MAX_TOKENS: "512"
    SECRET_PATH: /run/secrets
  secrets:
    DB_PASSWORD: {{secretsManager: {name}/database, key: password}}
    API_TOKEN: {{ssm: /prod/{name}/token}}
""",
    )


def program(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng).replace("-", "_")
    return (
        f"src/{name}.py",
        f'''"""Talks to the service."""

import os

TOKEN_URL = "https://login.example.com/oauth2/token"
PASSWORD_FIELD = "password"
SECRET_NAME = "prod/{name}/db"
CHECKSUM = "{hexadecimal(64, rng)}"


def connect(password: str | None = None, token: str = "") -> None:
    password = password or os.environ["DB_PASSWORD"]
    api_key = os.getenv("API_KEY", "")
    headers = {{"Authorization": f"Bearer {{token}}"}}
    key = f"{{password[:2]}}-{{api_key}}"
    print(headers, key, TOKEN_URL.format(token=token))
''',
    )
