"""A repository of N synthetic models and three environments: a pure function of N, without chance or clock.

Every model is an HTTP service with weights, secrets and autoscaling on ECS and Kubernetes, and every value
that a team would choose differs. One shape, so that what Modelyard writes of one can be made into the
templates of the others (``bench.templates``); what varies is in ``Model`` and ``Environment`` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod")
_TEAMS = ("growth-ml", "risk-ml", "search-ml", "ads-ml", "pricing-ml", "logistics-ml")
# CPU in cores and memory in GiB: sizes that Fargate has.
_SIZES = ((1, 2), (1, 4), (2, 8))


@dataclass(frozen=True)
class Model:
    """What a team chooses. ``cpu`` is in cores, ``memory`` in GiB."""

    name: str
    owner: str
    description: str
    cost_center: str
    version: str
    sha256: str
    features: str
    batch_size: int
    max_queue: int
    cache_ttl: int
    bucket: str
    cpu: int
    memory: int
    max_replicas: int


@dataclass(frozen=True)
class Environment:
    """What a platform team says of one environment; ``region_code`` is Modelyard's short form."""

    name: str
    account: str
    region: str
    region_code: str
    vpc: str
    cidr: str
    namespace: str
    log_level: str
    log_days: int
    min_replicas: int


def model(number: int) -> Model:
    """The model of this number."""
    name = f"model-{number:05d}"
    cpu, memory = _SIZES[number % len(_SIZES)]
    return Model(
        name=name,
        owner=_TEAMS[number % len(_TEAMS)],
        description=f"Scores the requests of product {number * 7919 % 100_000} as they come in.",
        cost_center=f"cc-{100 + number % 40}",
        version=f"{2020 + number % 6}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        # A letter first: a digest that could be read as a number is quoted, and templates cannot know.
        sha256="f" + hashlib.sha256(name.encode()).hexdigest()[1:],
        features=f"features-{number % 8}.example.com",
        batch_size=8 << number % 4,
        max_queue=100 + number % 50,
        cache_ttl=60 * (1 + number % 5),
        bucket=f"acme-features-{number % 12}",
        cpu=cpu,
        memory=memory,
        max_replicas=8 + number % 9,
    )


def environment(name: str) -> Environment:
    """One of ENVIRONMENTS."""
    number = ENVIRONMENTS.index(name)
    return Environment(
        name=name,
        account=str(111122223333 * (number + 1)),
        region=("eu-west-1", "eu-west-1", "us-east-1")[number],
        region_code=("euw1", "euw1", "use1")[number],
        vpc=f"vpc-0a1b2c3d4e5f6071{number}",
        cidr=f"10.{10 * (number + 1)}.0.0/16",
        namespace=f"models-{name}",
        log_level=("debug", "info", "warning")[number],
        log_days=(7, 30, 365)[number],
        min_replicas=number + 2,
    )


def generate(root: Path, models: int) -> None:
    """Writes the repository of this many models below ``root``, which must not hold one yet."""
    write_repository(root, map(environment, ENVIRONMENTS), map(model, range(models)))


def write_repository(root: Path, environments: Iterable[Environment], models: Iterable[Model]) -> None:
    """Writes a repository of these environments and models."""
    _write(root / "Dockerfiles" / "base-images.yaml", _CATALOGUE)
    for place in environments:
        _write(root / "environments" / place.name / "environment.yaml", environment_text(place))
    for one in models:
        folder = root / "models" / one.name
        _write(folder / "model.yaml", manifest_text(one))
        _write(folder / "requirements.lock", _LOCK)
        _write(
            folder / "src" / "serve.py",
            f'"""Serves {one.name}."""\n\nfrom server import main\n\nmain("{one.name}")\n',
        )


def manifest_text(one: Model) -> str:
    """The manifest, as a person would write it."""
    return f"""\
# yaml-language-server: $schema=../../schemas/model.schema.json
apiVersion: modelyard.dev/v1
kind: Service
name: {one.name}
owner: {one.owner}
description: {one.description}
labels:
  cost-center: {one.cost_center}

image:
  build:
    base: python-3.12-slim
    requirements: requirements.lock
    system: [libgomp1]
    source: src
    command: [python, /app/serve.py]

artifacts:
  weights:
    source: s3://acme-models/{one.name}/{one.version}/model.json
    sha256: {one.sha256}
    path: /opt/ml/model/model.json

serve:
  port: 8080
  ping: /healthz
  predict: /v1/predict
  startup: 60s

env:
  MODEL_NAME: {one.name}
  FEATURE_STORE: {one.features}
  BATCH_SIZE: "{one.batch_size}"
  MAX_QUEUE: "{one.max_queue}"
  CACHE_TTL: "{one.cache_ttl}"
  TRACING: otlp
  OMP_NUM_THREADS: "1"
secrets:
  DB_PASSWORD: {{secretsManager: {one.name}/database, key: password}}
  API_TOKEN: {{ssm: {one.name}/token}}

resources: {{cpu: "{one.cpu}", memory: {one.memory}Gi}}
scaling: {{max: {one.max_replicas}, cpu: 60}}
permissions:
  s3: {{read: ["s3://{one.bucket}/*"]}}
network:
  allowFrom:
    - cidr: 10.0.0.0/8
  allowTo:
    - {{cidr: 10.0.0.0/8, port: 5432}}

targets:
  ecs: {{}}
  kubernetes: {{compute: karpenter}}
"""


def environment_text(place: Environment) -> str:
    """The environment, with one region."""
    return f"""\
# yaml-language-server: $schema=../../schemas/environment.schema.json
apiVersion: modelyard.dev/v1
kind: Environment
name: {place.name}
description: One of the three environments of the benchmark.
tracks: head
account: "{place.account}"
registry: {{account: "999988887777", region: eu-central-1}}
secretPrefix: {place.name}/
logRetentionDays: {place.log_days}
regions:
  {place.region}:
    vpc:
      id: {place.vpc}
      cidr: {place.cidr}
      subnets: [subnet-0a1b2c3d4e5f60718, subnet-0b1c2d3e4f5061728]
    platforms:
      ecs:
        cluster: models
      kubernetes:
        version: "1.35"
        cluster: models
        namespace: {place.namespace}
        compute: [karpenter]
        identity: [pod-identity]
        secretStore: {{name: secrets-manager}}
        parameterStore: {{name: parameter-store}}
        karpenterNodePool: general
        monitoring: {{namespace: monitoring}}
limits:
  cpu: "64"
  memory: 256Gi
  replicas: 1000
defaults:
  env: {{LOG_LEVEL: {place.log_level}}}
  labels: {{environment: {place.name}}}
  scaling: {{min: {place.min_replicas}}}
"""


_CATALOGUE = f"""\
apiVersion: modelyard.dev/v1
kind: BaseImages
images:
  python-3.12-slim:
    repository: docker.io/library/python
    tag: 3.12-slim
    digest: sha256:{"a" * 64}
    architectures: [amd64, arm64]
    python: "3.12"
  aws-cli:
    repository: docker.io/amazon/aws-cli
    tag: "2.31.0"
    digest: sha256:{"b" * 64}
    architectures: [amd64, arm64]
"""
_LOCK = "".join(
    f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(name.encode()).hexdigest()}\n"
    for name, version in (
        ("fastapi", "0.115.0"),
        ("numpy", "2.1.3"),
        ("prometheus-client", "0.21.0"),
        ("uvicorn", "0.32.0"),
        ("xgboost", "2.1.1"),
    )
)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
