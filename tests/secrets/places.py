"""The places in which a credential can be committed: each a file with the one secret in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping

Place = Callable[[str, str], tuple[str, str]]


def quoted(value: str) -> str:
    """A string of YAML, JSON, TOML, Python and the shell at once; escapes are the value's own."""
    return '"' + value + '"'


def deployment(env: str = "", annotation: str = "", arguments: str = "") -> str:
    return f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: iris
  annotations:
    team: models
{annotation}spec:
  template:
    spec:
      containers:
        - name: server
          image: registry/iris@sha256:{"0a1b" * 16}
          args: [serve{arguments}]
          env:
            - name: LOG_LEVEL
              value: info
{env}"""


def kubernetes_env(name: str, value: str) -> tuple[str, str]:
    env = f"            - name: {name}\n              value: {quoted(value)}\n"
    return "k8s/deployment.yaml", deployment(env)


def annotation(name: str, value: str) -> tuple[str, str]:
    return "k8s/annotated.yaml", deployment(annotation=f"    example.com/{name}: {quoted(value)}\n")


def argument(name: str, value: str) -> tuple[str, str]:
    flag = name.lower().replace("_", "-")
    return "k8s/arguments.yaml", deployment(arguments=f", --{flag}, {quoted(value)}")


def config_map(name: str, value: str) -> tuple[str, str]:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: iris}\ndata:\n  app.properties: |\n"
    return "k8s/config.yaml", f"{text}    log.level=info\n    {name}={value}\n"


def string_data(name: str, value: str) -> tuple[str, str]:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: iris}\nstringData:\n"
    return "k8s/secret.yaml", f"{text}  {name}: {quoted(value)}\n"


def data(name: str, value: str) -> tuple[str, str]:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: iris}\ndata:\n"
    return "k8s/encoded.yaml", f"{text}  {name}: {base64.b64encode(value.encode()).decode()}\n"


def compose(name: str, value: str) -> tuple[str, str]:
    return (
        "compose.yaml",
        f"services:\n  server:\n    image: iris\n    environment:\n      {name}: {quoted(value)}\n",
    )


def build_argument(name: str, value: str) -> tuple[str, str]:
    text = "services:\n  server:\n    build:\n      context: .\n      args:\n"
    return "build/compose.yaml", f"{text}        {name}: {quoted(value)}\n"


def task_definition(name: str, value: str) -> tuple[str, str]:
    container = {
        "name": "server",
        "image": "iris",
        "essential": True,
        "environment": [{"name": name, "value": value}],
    }
    return "task-definition.json", json.dumps(
        {"family": "iris", "containerDefinitions": [container]}, indent=1
    )


def template(name: str, value: str) -> tuple[str, str]:
    text = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Task:\n    Type: AWS::ECS::TaskDefinition\n'
    text += "    Properties:\n      ContainerDefinitions:\n        - Name: server\n          Image: iris\n"
    return (
        "stack.yaml",
        f"{text}          Environment:\n            - Name: {name}\n              Value: {quoted(value)}\n",
    )


def dockerfile_env(name: str, value: str) -> tuple[str, str]:
    return "Dockerfile", f"FROM python:3\nENV {name}={quoted(value)}\n"


def dockerfile_arg(name: str, value: str) -> tuple[str, str]:
    return "arg.Dockerfile", f"FROM python:3\nARG {name}={quoted(value)}\n"


def dockerfile_run(name: str, value: str) -> tuple[str, str]:
    return "run.Dockerfile", f"FROM python:3\nRUN export {name}={quoted(value)} && make\n"


def workflow(name: str, value: str) -> tuple[str, str]:
    text = "on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    env:\n"
    return ".github/workflows/ci.yml", f"{text}      {name}: {quoted(value)}\n    steps:\n      - run: make\n"


def dotenv(name: str, value: str) -> tuple[str, str]:
    return ".env", f"LOG_LEVEL=info\n{name}={quoted(value)}\n"


def properties(name: str, value: str) -> tuple[str, str]:
    return "application.properties", f"log.level=info\n{name.lower().replace('_', '.')}={value}\n"


def toml(name: str, value: str) -> tuple[str, str]:
    return "settings.toml", f"[server]\nport = 8080\n{name.lower()} = {quoted(value)}\n"


def ini(name: str, value: str) -> tuple[str, str]:
    return "settings.ini", f"[server]\nport = 8080\n{name.lower()} = {value}\n"


def json_file(name: str, value: str) -> tuple[str, str]:
    return "settings.json", f'{{\n  "port": 8080,\n  "{name.lower()}": {quoted(value)}\n}}\n'


def xml(name: str, value: str) -> tuple[str, str]:
    return "settings.xml", f"<settings>\n  <port>8080</port>\n  <{name}>{value}</{name}>\n</settings>\n"


def terraform(name: str, value: str) -> tuple[str, str]:
    return "main.tf", f'variable "{name.lower()}" {{\n  type    = string\n  default = {quoted(value)}\n}}\n'


def manifest(name: str, value: str) -> tuple[str, str]:
    text = "apiVersion: modelyard.dev/v1\nkind: Service\nmetadata:\n  name: iris\nspec:\n  env:\n"
    return "models/iris/model.yaml", f"{text}    {name}: {quoted(value)}\n"


def release(name: str, value: str) -> tuple[str, str]:
    text = (
        "apiVersion: modelyard.dev/v1\nkind: Release\nmetadata:\n  name: iris\nspec:\n  manifest:\n    "
        "spec:\n"
    )
    return "environments/prod/releases/iris.yaml", f"{text}      env:\n        {name}: {quoted(value)}\n"


def readme(name: str, value: str) -> tuple[str, str]:
    return "README.md", f"# Iris\n\nStart it with:\n\n    export {name}={value}\n"


def python(name: str, value: str) -> tuple[str, str]:
    return "settings.py", f"PORT = 8080\n{name} = {quoted(value)}\n"


def shell(name: str, value: str) -> tuple[str, str]:
    return "deploy.sh", f"#!/bin/sh\nexport {name}={quoted(value)}\nmake deploy\n"


PLACES: Mapping[str, Place] = {
    place.__name__: place
    for place in (
        kubernetes_env,
        annotation,
        argument,
        config_map,
        string_data,
        data,
        compose,
        build_argument,
        task_definition,
        template,
        dockerfile_env,
        dockerfile_arg,
        dockerfile_run,
        workflow,
        dotenv,
        properties,
        toml,
        ini,
        json_file,
        xml,
        terraform,
        manifest,
        release,
        readme,
        python,
        shell,
    )
}
