"""Image references: a host, a path, a digest, and nothing that two readers read differently."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.values import ImageReference, MalformedError

DIGEST = "sha256:" + "ab" * 32
HOSTS = st.sampled_from(
    ["docker.io", "localhost", "localhost:5000", "111122223333.dkr.ecr.eu-west-1.amazonaws.com", "h:1"]
)
PATHS = st.lists(
    st.from_regex(r"[a-z0-9]+((\.|_|__|-{1,3})[a-z0-9]+){0,2}", fullmatch=True), min_size=1, max_size=3
)
TAGS = st.one_of(st.just(""), st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,20}", fullmatch=True))


@settings(max_examples=150)
@given(host=HOSTS, path=PATHS, tag=TAGS)
def test_every_part_is_kept(host: str, path: list[str], tag: str) -> None:
    repository = "/".join([host, *path])
    text = f"{repository}{':' + tag if tag else ''}@{DIGEST}"
    assert ImageReference.parse(text) == ImageReference(repository, tag, DIGEST)
    assert str(ImageReference.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        f"python@{DIGEST}",
        f"library/python@{DIGEST}",
        f"acme/team/python@{DIGEST}",
        f"ghcr.io/Acme/python@{DIGEST}",
        f"ghcr.io/acme//python@{DIGEST}",
        f"ghcr.io/acme/python/@{DIGEST}",
        f"ghcr.io/../python@{DIGEST}",
        f"https://ghcr.io/acme/python@{DIGEST}",
        f"ghcr.io/acme/py thon@{DIGEST}",
        f"ghcr.io/acme/python@{DIGEST.upper()}",
        f"ghcr.io/acme/python@{DIGEST[:-1]}",
        f"ghcr.io/acme/python@{DIGEST}0",
        "ghcr.io/acme/python@sha512:" + "0" * 128,
        f"user@ghcr.io/acme/python@{DIGEST}",
        f"-ghcr.io/acme/python@{DIGEST}",
        f"ghcr.io/{'a' * 500}@{DIGEST}",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(MalformedError):
        ImageReference.parse(text)


@pytest.mark.parametrize("text", ["ghcr.io/acme/python", "ghcr.io/acme/python:1.4"])
def test_a_tag_alone_is_not_enough(text: str) -> None:
    with pytest.raises(MalformedError, match="does not pin a digest"):
        ImageReference.parse(text)
