"""Extraction takes whatever stands in a file: it gives facts whose places can be shown, and never raises."""

from __future__ import annotations

import json
import time
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.findings import Location
from modelyard.subjects.document import Kind
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Container, Said, Subject, Whole
from modelyard.subjects.formats import format_of
from modelyard.subjects.reading import document_of, read_documents

KEYS = {
    "kubernetes": """
        apiVersion kind metadata name namespace spec template jobTemplate containers initContainers
        image ephemeralContainers securityContext runAsUser privileged capabilities add drop ports
        hostPort containerPort env value valueFrom secretKeyRef key envFrom secretRef resources
        limits cpu memory volumes hostPath path items volumeMounts hostNetwork hostPID command args
        livenessProbe restartPolicy runAsNonRoot predictor container
    """,
    "task-definition": """
        family taskDefinition containerDefinitions ContainerDefinitions name image environment value
        secrets valueFrom logConfiguration logDriver secretOptions linuxParameters capabilities add
        drop portMappings hostPort containerPort networkMode pidMode volumes host sourcePath
        mountPoints sourceVolume readOnly privileged dependsOn condition containerName essential
        healthCheck command entryPoint user requiresCompatibilities repositoryCredentials
        credentialsParameter dockerSecurityOptions taskRoleArn executionRoleArn cpu memory
    """,
    "cloudformation": """
        AWSTemplateFormatVersion Parameters Default Type Resources Properties Fn::If Fn::Sub
        Fn::Join Ref Fn::GetAtt Family ContainerDefinitions Name Image Environment Value Secrets
        ValueFrom Privileged Policies PolicyDocument Statement Effect Action Resource Principal
        Condition AssumeRolePolicyDocument PrimaryContainer Containers RepositoryPolicyText
        RepositoryName EnableExecuteCommand InferenceSpecification Policy KeyPolicy
    """,
    "compose": """
        services image build user privileged read_only cap_add security_opt ports environment
        volumes source target type secrets healthcheck test disable deploy resources limits cpus
        memory mem_limit logging driver pid network_mode depends_on condition entrypoint command
        published host_ip driver_opts device published read_only
    """,
    "sagemaker": """
        ModelName PrimaryContainer Containers Image Environment AlgorithmSpecification TrainingImage
        AppSpecification ImageUri ContainerEntrypoint InferenceSpecification ContainerHostname
    """,
    "iam-policy": """
        Version Statement Sid Effect Action NotAction Resource NotResource Principal NotPrincipal
        AWS Condition StringEquals aws:SourceArn
    """,
    "workflow": "on jobs container image services steps uses runs using",
    "model": "kind manifest name model",
    "base-images": "images digest",
}
VALUES = [
    *(
        "Deployment",
        "Pod",
        "CronJob",
        "List",
        "InferenceService",
        "apps/v1",
        "v1",
    ),
    *(
        "serving.kserve.io/v1",
        "AWS::ECS::TaskDefinition",
        "Always",
        "AWS::IAM::Role",
    ),
    *(
        "AWS::ECR::Repository",
        "AWS::SageMaker::Model",
        "AWS::ECS::Service",
    ),
    *(
        "AWS::S3::BucketPolicy",
        "host",
        "awsvpc",
        "Release",
        "a=b",
        "127.0.0.1:80:80",
    ),
    *(
        "./a:/b:ro",
        "repo/image:tag@sha256:0",
        "${A}",
        "${A:-b}",
        "yes",
        "no-new-privileges:true",
    ),
    *("*", "SUCCESS", "docker://alpine", "AWS::NoValue", "NONE"),
]


def documents(kind: str) -> st.SearchStrategy[Any]:
    """Data in which the words of a kind stand where they should not, and where they should."""
    keys = st.sampled_from(KEYS.get(kind, "a").split())
    scalars = st.none() | st.booleans() | st.integers(-1, 70000) | st.floats(0, 2) | st.sampled_from(VALUES)
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8),
        max_leaves=40,
    )


def paths_of(fact: Subject) -> list[tuple[str | int, ...]]:
    """Every path that a fact holds."""
    found = [fact.path]
    if isinstance(fact, Container):
        for name in Container.__slots__:
            value = getattr(fact, name)
            for one in value if isinstance(value, tuple) else [value]:
                if isinstance(one, (Said, Subject)):
                    found.append(one.path)
    return found


def check(kind: Any, data: Any) -> None:
    text = json.dumps(data).encode()
    document = document_of("a/b.json", kind, data, 0, lambda: text)
    facts = list(facts_of(document))
    assert any(isinstance(fact, Whole) for fact in facts)
    for fact in facts:
        for path in paths_of(fact):
            assert isinstance(fact.document.locate(path), Location)


@pytest.mark.parametrize("kind", [one for one in get_args(Kind) if one not in ("dockerfile", "codeowners")])
def test_any_data_of_any_kind(kind: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(documents(kind))
    def run(data: Any) -> None:
        check(kind, data)

    run()


TEMPLATES: dict[str, Any] = {
    "kubernetes": lambda x: {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {
            "template": {"spec": {"containers": [x], "volumes": [{"name": "v", "hostPath": {"path": "/"}}]}}
        },
    },
    "task-definition": lambda x: {"family": "a", "containerDefinitions": [x]},
    "compose": lambda x: {"services": {"a": x}},
    "cloudformation": lambda x: {
        "Parameters": {"A": {"Default": "b"}},
        "Resources": {
            "T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [x]}},
            "R": {
                "Type": "AWS::IAM::Role",
                "Properties": {"Policies": [{"PolicyDocument": {"Statement": [x]}}]},
            },
        },
    },
}


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_any_container(kind: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(documents(kind))
    def run(data: Any) -> None:
        check(kind, TEMPLATES[kind](data))

    run()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["a.yaml", "a.json", "Dockerfile", "CODEOWNERS", "compose.yml", "a.template", "a.bin"]),
    st.binary(max_size=60) | st.text("a:- \n\"'[]{}#&*!<%@|>,?\\\t1é\u200b\0", max_size=60).map(str.encode),
)
def test_any_bytes(path: str, data: bytes) -> None:
    read = read_documents(path, data)
    assert read.documents or read.findings
    assert len(read.kinds) == len(read.documents)
    for finding in read.findings:
        assert finding.location.path == path
    for document in read.documents:
        for fact in facts_of(document):
            document.locate(fact.path)
    if format_of(path) is None:
        assert [one.rule for one in read.findings] == ["unreadable-document"]


HOSTILE = {
    "continuations": "RUN a" + " \\\n" * 300_000,
    "variables": "FROM a\nENV " + "".join(f"A{n}=${{A{n - 1}:-x}} " for n in range(30_000)),
    "nested": "FROM a\nENV A=" + "${A:-" * 150_000 + "}" * 150_000,
    "open": "FROM a\nRUN " + "${" * 400_000,
    "quotes": "FROM a\nENV " + "\"'" * 400_000,
    "escapes": "FROM a\nRUN " + "\\ " * 400_000,
    "environments": "FROM a\n" + "".join(f"ENV A{n}=b\n" for n in range(60_000)),
    "arguments": "FROM a\n" + "".join(f"ARG A{n}=b\nCOPY --from=c d e\n" for n in range(20_000)),
    "stages": "".join(f"FROM s{n} AS s{n + 1}\nENV A{n}=b\n" for n in range(20_000)),
    "heredocs": "FROM a\n" + "RUN <<E\n" * 100_000,
    "flags": "FROM a\nRUN " + "--a=b " * 100_000,
    "json": "FROM a\nRUN " + "[" * 500_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_dockerfiles_take_no_time(case: str) -> None:
    started = time.process_time()
    documents = read_documents("Dockerfile", HOSTILE[case].encode()).documents
    assert documents
    assert [fact for document in documents for fact in facts_of(document)]
    assert time.process_time() - started < 10  # measured: 1.5 s at most
