"""Realistic files without a secret in them, as many as are asked for: what must never be flagged."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator

from tests.secrets.clean_parts import hexadecimal, identifier, name_of
from tests.secrets.clean_texts import (
    example_environment,
    go_sum,
    manifest,
    node_lock,
    program,
    python_lock,
    readme,
    settings,
    terraform,
    tokenizer,
)


def deployment(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"k8s/{name}.yaml",
        f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app.kubernetes.io/name: {name}, pod-template-hash: {hexadecimal(10, rng)}}}
  annotations:
    checksum/secret: {hexadecimal(64, rng)}
    nginx.ingress.kubernetes.io/auth-secret: {name}-auth
    kubectl.kubernetes.io/restartedAt: "2026-10-0{rng.randint(1, 9)}T10:00:00Z"
spec:
  template:
    spec:
      serviceAccountName: {name}
      automountServiceAccountToken: false
      imagePullSecrets: [{{name: {name}-registry-{hexadecimal(8, rng)}}}]
      containers:
        - name: server
          image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/{name}@sha256:{hexadecimal(64, rng)}
          args: ["--max-tokens", "{rng.randint(64, 8192)}", "--tls-private-key-file", "/run/secrets/tls.key"]
          env:
            - name: DB_PASSWORD
              valueFrom: {{secretKeyRef: {{name: {name}-db-{hexadecimal(8, rng)}, key: password}}}}
            - {{name: DB_PASSWORD_FILE, value: /run/secrets/db/password}}
            - {{name: TOKENIZERS_PARALLELISM, value: "false"}}
            - {{name: MODEL_REVISION, value: {hexadecimal(40, rng)}}}
            - {{name: KMS_KEY_ID, value: {identifier(rng)}}}
            - {{name: AUTH_URL, value: "https://login.example.com/oauth2/token"}}
      volumes:
        - name: secrets
          secret: {{secretName: {name}-files}}
        - name: token
          projected: {{sources: [{{serviceAccountToken: {{path: token, expirationSeconds: 3600}}}}]}}
""",
    )


def external_secret(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"k8s/external-{name}.yaml",
        f"""apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {{name: {name}}}
spec:
  secretStoreRef: {{name: aws-secrets-manager, kind: ClusterSecretStore}}
  data:
    - secretKey: password-{hexadecimal(8, rng)}
      remoteRef: {{key: prod/{name}/database, property: password}}
    - secretKey: prod.{name}.token-{hexadecimal(8, rng)}
      remoteRef: {{key: prod/{name}/token}}
""",
    )


def sops(rng: random.Random) -> tuple[str, str]:
    sealed = base64.b64encode(rng.randbytes(24)).decode()
    return (
        f"k8s/{name_of(rng)}.enc.yaml",
        f"""apiVersion: v1
kind: Secret
metadata: {{name: {name_of(rng)}}}
stringData:
  password: ENC[AES256_GCM,data:{sealed},iv:{sealed},tag:{sealed},type:str]
sops:
  kms: [{{arn: "arn:aws:kms:eu-west-1:111122223333:key/{identifier(rng)}"}}]
  mac: ENC[AES256_GCM,data:{sealed},iv:{sealed},tag:{sealed},type:str]
""",
    )


def task_definition(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    arn = f"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/{name}/db-AbCdEf:password::"
    container = {
        "name": "server",
        "image": f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/{name}@sha256:{hexadecimal(64, rng)}",
        "essential": True,
        "environment": [
            {"name": "SECRET_NAME", "value": f"prod/{name}/db"},
            {"name": "PASSWORD_FILE", "value": "/run/secrets/password"},
            {"name": "CLIENT_ID", "value": identifier(rng)},
        ],
        "secrets": [{"name": "DB_PASSWORD", "valueFrom": arn}],
    }
    definition = {
        "family": name,
        "executionRoleArn": f"arn:aws:iam::111122223333:role/{name}-execution",
        "containerDefinitions": [container],
    }
    return f"ecs/{name}.json", json.dumps(definition, indent=2)


def stack(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"cfn/{name}/stack.yaml",
        f"""AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  DatabasePassword: {{Type: "AWS::SSM::Parameter::Value<String>", NoEcho: true}}
  SecretArn: {{Type: String, Default: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-AbCdEf"}}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUsername: admin
      MasterUserPassword: !Sub "{{{{resolve:secretsmanager:${{SecretArn}}:SecretString:password}}}}"
      KmsKeyId: arn:aws:kms:eu-west-1:111122223333:key/{identifier(rng)}
  Key:
    Type: AWS::KMS::Key
    Properties: {{KeyPolicy: {{Version: "2012-10-17", Statement: []}}, EnableKeyRotation: true}}
""",
    )


def compose(rng: random.Random) -> tuple[str, str]:
    name = name_of(rng)
    return (
        f"{name}/compose.yaml",
        f"""services:
  {name}:
    image: redis:7@sha256:{hexadecimal(64, rng)}
    environment:
      POSTGRES_PASSWORD: ${{POSTGRES_PASSWORD:?set it in .env}}
      DATABASE_URL: postgresql://app:${{POSTGRES_PASSWORD}}@db:5432/app
      REDIS_PASSWORD_FILE: /run/secrets/redis
    secrets: [redis, tls_key]
secrets:
  redis: {{file: ./redis.txt}}
  tls_key: {{external: true}}
""",
    )


def workflow(rng: random.Random) -> tuple[str, str]:
    return (
        f".github/workflows/{name_of(rng)}.yml",
        f"""name: ci
on: {{pull_request: null}}
permissions: {{id-token: write, contents: read}}
jobs:
  build:
    runs-on: ubuntu-24.04
    env:
      NPM_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
      GH_TOKEN: ${{{{ github.token }}}}
    steps:
      - uses: actions/checkout@{hexadecimal(40, rng)} # v5
        with: {{persist-credentials: false, token: "${{{{ secrets.PAT }}}}"}}
      - uses: aws-actions/configure-aws-credentials@{hexadecimal(40, rng)}
        with: {{role-to-assume: "arn:aws:iam::111122223333:role/ci", aws-region: eu-west-1}}
      - run: echo "$TOKEN" | docker login -u me --password-stdin registry.example.com
      - uses: actions/cache@{hexadecimal(40, rng)}
        with: {{key: "pip-${{{{ hashFiles('requirements.lock') }}}}", restore-keys: pip-}}
""",
    )


def dockerfile(rng: random.Random) -> tuple[str, str]:
    return (
        f"{name_of(rng)}/Dockerfile",
        f"""# syntax=docker/dockerfile:1@sha256:{hexadecimal(64, rng)}
FROM python:3.11-slim@sha256:{hexadecimal(64, rng)} AS build
ARG PIP_INDEX_URL=https://pypi.example.com/simple
ARG TOKEN_FILE=/run/secrets/token
ENV GPG_KEY={hexadecimal(40, rng).upper()} PYTHON_SHA256={hexadecimal(64, rng)}
RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install --require-hashes -r requirements.lock
ADD --checksum=sha256:{hexadecimal(64, rng)} https://example.com/model.bin /model.bin
LABEL org.opencontainers.image.revision={hexadecimal(40, rng)}
USER 1000:1000
CMD ["serve", "--password-file", "/run/secrets/password"]
""",
    )


MAKERS: tuple[Callable[[random.Random], tuple[str, str]], ...] = (
    deployment,
    external_secret,
    sops,
    task_definition,
    stack,
    compose,
    workflow,
    dockerfile,
    python_lock,
    node_lock,
    go_sum,
    terraform,
    readme,
    example_environment,
    settings,
    tokenizer,
    manifest,
    program,
)


def clean_files(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """So many files by path and text, of every sort in turn."""
    for index in range(count):
        yield MAKERS[index % len(MAKERS)](random.Random(f"{seed}-{index}"))
