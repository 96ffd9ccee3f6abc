"""SageMaker: the containers of models and of jobs. Names: Amazon SageMaker API reference."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container, EnvVar, Said, Workload
from modelyard.subjects.gathering import Gathering, branches, text_of
from modelyard.subjects.images import container_image

image_keys = ("Image", "TrainingImage", "ImageUri")


def gather(gathering: Gathering) -> None:
    """The containers in the input of an API call."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "an input of SageMaker", "a mapping", data)
        return
    if "AlgorithmSpecification" in data:
        add_job(gathering, data, "AlgorithmSpecification", "TrainingJob")
    elif "AppSpecification" in data:
        add_job(gathering, data, "AppSpecification", "ProcessingJob")
    elif "InferenceSpecification" in data:
        name = text_of(data.get("ModelPackageName") or data.get("ModelPackageGroupName"))
        add_package(gathering, f"ModelPackage/{name}", data, ())
    else:
        add_model(gathering, f"Model/{text_of(data.get('ModelName'))}", data, ())


def add_model(gathering: Gathering, resource: str, data: dict[str, Any], path: Path) -> None:
    """Adds a model, whose properties stand at ``path``, with its containers."""
    model = workload(gathering, path, resource, "Model", text_of(data.get("ModelName")), serves=True)
    if "PrimaryContainer" in data:
        for place, one in branches(data["PrimaryContainer"], (*path, "PrimaryContainer")):
            if isinstance(one, dict):
                add_container(gathering, one, place, model, "primary")
            elif one is not None:
                gathering.wrong(place, resource, "PrimaryContainer", "a mapping", one)
    add_containers(gathering, data, path, model)


def add_package(gathering: Gathering, resource: str, data: dict[str, Any], path: Path) -> None:
    """Adds a version of a model in the registry, with its containers."""
    name = text_of(data.get("ModelPackageName") or data.get("ModelPackageGroupName"))
    model = workload(gathering, path, resource, "ModelPackage", name, serves=True)
    inference = gathering.mapping(data, "InferenceSpecification", path, resource)
    add_containers(gathering, inference, (*path, "InferenceSpecification"), model)


def add_containers(gathering: Gathering, data: dict[str, Any], path: Path, model: Workload) -> None:
    for place, one in gathering.mappings(data, "Containers", path, model.resource):
        add_container(gathering, one, place, model, str(place[-1]))


def add_job(gathering: Gathering, data: dict[str, Any], key: str, kind: str) -> None:
    """Adds a job of training or processing, whose image stands in the mapping at ``key``."""
    name = text_of(data.get(f"{kind}Name"))
    resource = f"{kind}/{name}"
    job = workload(gathering, (), resource, kind, name, serves=False)
    specification = gathering.mapping(data, key, (), resource)
    merged = {**specification, "Environment": data.get("Environment")}
    add_container(gathering, merged, (key,), job, "job", environment=("Environment",))


def workload(
    gathering: Gathering, path: Path, resource: str, kind: str, name: str, *, serves: bool
) -> Workload:
    one = Workload(
        document=gathering.document,
        path=path,
        resource=resource,
        platform="sagemaker",
        kind=kind,
        name=name,
        serves=serves,
    )
    gathering.add(one)
    return one


def add_container(
    gathering: Gathering,
    item: dict[str, Any],
    path: Path,
    model: Workload,
    fallback: str,
    environment: Path | None = None,
) -> None:
    """Adds one container; its variables stand at ``environment``, or in it."""
    name = text_of(item.get("ContainerHostname")) or fallback
    resource = f"{model.resource} container/{name}"
    holder = path if environment is None else environment[:-1]
    values = gathering.mapping(item, "Environment", holder, resource)
    env = tuple(
        EnvVar(
            document=gathering.document,
            path=(*holder, "Environment", key),
            resource=resource,
            name=key,
            value=text_of(value),
            platform="sagemaker",
        )
        for key, value in values.items()
    )
    gathering.found += env
    key = next((one for one in image_keys if item.get(one) is not None), "Image")
    command: tuple[Said[str], ...] = ()
    for part in ("ContainerEntrypoint", "ContainerArguments"):
        command += gathering.texts(item, part, path, resource)
    gathering.add(
        Container(
            document=gathering.document,
            path=path,
            resource=resource,
            platform="sagemaker",
            name=name,
            image=container_image(gathering, item.get(key), (*path, key), resource, "sagemaker"),
            env=env,
            command=command,
            limits={},
            probes={},
            workload=model,
        )
    )
