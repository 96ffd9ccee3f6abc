"""The client against a registry that answers as it should: indexes, images, Docker's and OCI's."""

from __future__ import annotations

import pytest

from modelyard.oci.client import Registry
from modelyard.oci.documents import Index, Manifest
from modelyard.oci.errors import Malformed, TooLarge
from modelyard.oci.reference import Reference
from tests.support.oci_images import artifact, attestation, image, index
from tests.support.oci_registry import OciRegistry


def reference(server: OciRegistry, name: str = "team/base:1.0") -> Reference:
    return Reference.parse(f"{server.host}/{name}")


@pytest.mark.parametrize("docker", [False, True])
def test_an_index_is_read_down_to_its_configurations(
    server: OciRegistry, client: Registry, docker: bool
) -> None:
    members = [
        image(architecture="amd64", docker=docker, labels={"a": "b"}),
        image(architecture="arm64", docker=docker),
    ]
    pushed = index(members, docker=docker, annotations={"note": "x"})
    server.push("team/base", "1.0", pushed)
    found = client.manifest(reference(server))
    assert isinstance(found, Index)
    assert (found.digest, found.data, found.annotations) == (pushed.digest, pushed.data, {"note": "x"})
    assert [(one.os, one.architecture, one.digest) for one in found.manifests] == [
        ("linux", "amd64", members[0].digest),
        ("linux", "arm64", members[1].digest),
    ]
    config = client.config(reference(server).at(members[0].digest))
    assert (config.architecture, config.created, config.labels) == (
        "amd64",
        "2026-08-25T00:00:00Z",
        {"a": "b"},
    )


def test_a_layer_is_read_within_its_bound(server: OciRegistry, client: Registry) -> None:
    server.push("team/base", "1.0", image(layers=[{"a": b"1" * 1000}]))
    found = client.manifest(reference(server))
    assert isinstance(found, Manifest)
    (layer,) = found.layers
    assert len(client.blob(reference(server), layer, layer.size)) == layer.size
    with pytest.raises(TooLarge):
        client.blob(reference(server), layer, layer.size - 1)


def test_an_artifact_is_read_as_a_manifest(server: OciRegistry, client: Registry) -> None:
    server.push("team/db", "2", artifact("application/x-db", [("application/x-tar", b"data", {"k": "v"})]))
    found = client.manifest(reference(server, "team/db:2"))
    assert isinstance(found, Manifest)
    assert client.blob(reference(server, "team/db:2"), found.layers[0], 100) == b"data"


def test_the_configuration_of_an_index_is_nobodys(server: OciRegistry, client: Registry) -> None:
    one = image()
    server.push("team/base", "1.0", index([one, attestation(one)]))
    with pytest.raises(Malformed, match="name the digest of one"):
        client.config(reference(server))


def test_a_tag_is_resolved_without_a_pull(server: OciRegistry, client: Registry) -> None:
    digest = server.push("team/base", "1.0", image())
    assert client.resolve(reference(server)) == digest
    assert {one.method for one in server.seen if one.path.startswith("/v2/")} == {"HEAD"}


def test_a_digest_counts_where_there_are_both(server: OciRegistry, client: Registry) -> None:
    old = server.push("team/base", "1.0", image())
    server.push("team/base", "1.0", image(created="2026-09-09T00:00:00Z"))
    both = Reference.parse(f"{server.host}/team/base:1.0@{old}")
    assert client.manifest(both).digest == old
    assert client.manifest(both.tagged()).digest != old
