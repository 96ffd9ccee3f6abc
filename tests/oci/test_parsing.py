"""References and challenges: what is right is read, what is wrong is refused, and nothing takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.oci.challenge import Challenge, parse_challenges
from modelyard.oci.reference import Reference
from modelyard.values import ImageReference, MalformedError

D = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("python", ("docker.io", "library/python", "latest", "")),
        ("python:3.12-slim", ("docker.io", "library/python", "3.12-slim", "")),
        ("vllm/vllm-openai:v1", ("docker.io", "vllm/vllm-openai", "v1", "")),
        ("index.docker.io/python", ("docker.io", "library/python", "latest", "")),
        ("docker.io/library/python:3.12", ("docker.io", "library/python", "3.12", "")),
        (f"localhost/a@{D}", ("localhost", "a", "", D)),
        (f"127.0.0.1:5000/a/b:1@{D}", ("127.0.0.1:5000", "a/b", "1", D)),
        ("ghcr.io/a/b_c/d-e.f:T", ("ghcr.io", "a/b_c/d-e.f", "T", "")),
        ("public.ecr.aws/a/m:1", ("public.ecr.aws", "a/m", "1", "")),
    ],
)  # fmt: skip
def test_references_are_what_docker_means(text: str, parts: tuple[str, str, str, str]) -> None:
    found = Reference.parse(text)
    assert (found.host, found.path, found.tag, found.digest) == parts


def test_docker_hub_has_its_api_elsewhere() -> None:
    assert Reference.parse("python").api_host == "registry-1.docker.io"
    assert Reference.parse("ghcr.io/a/b").api_host == "ghcr.io"


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "a//b", "A/b", "ghcr.io/", "ghcr.io/A", "a:", "a:-", "a@", "a@sha256:12",
        "a@sha512:" + "0" * 128,
        "a b", "a\n", "ghcr.io:99999999/a", "ghcr.io/a/../b", "ghcr.io/a?x", "ghcr.io/a#x", "user@ghcr.io/a",
        "https://ghcr.io/a", "ghcr.io/" + "a" * 600, "a:" + "t" * 129, "ghcr.io/a%2fb", "ghcr.io\r\n/a",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Reference.parse(text)


part = st.from_regex(r"[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,4})?", fullmatch=True)
hosts = st.from_regex(r"[a-z0-9]{1,8}\.[a-z]{2,5}(?::[1-9][0-9]{1,3})?", fullmatch=True)


@settings(max_examples=100)
@given(
    hosts, st.lists(part, min_size=2, max_size=4), st.from_regex(r"[A-Za-z0-9_][\w.-]{0,9}", fullmatch=True)
)
def test_a_reference_reads_as_it_is_written(host: str, parts: list[str], tag: str) -> None:
    if not tag.isascii():
        return
    text = f"{host}/{'/'.join(parts)}:{tag}@{D}"
    found = Reference.parse(text)
    assert str(found) == text
    assert str(ImageReference.parse(text)) == text
    assert str(found.tagged()) == text.partition("@")[0]


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_a_reference_or_malformed(text: str) -> None:
    try:
        found = Reference.parse(text)
    except MalformedError:
        return
    assert Reference.parse(str(found)) == found
    assert str(found).isascii()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Basic", (Challenge("basic"),)),
        ('Basic realm="a, b"', (Challenge("basic", {"realm": "a, b"}),)),
        ('Bearer realm="https://x/t",service="s",scope="repository:a/b:pull,push"',
         (Challenge("bearer", {"realm": "https://x/t", "service": "s",
                               "scope": "repository:a/b:pull,push"}),)),
        ('Negotiate, Basic realm=x , BEARER Realm = "y\\"z"',
         (Challenge("negotiate"), Challenge("basic", {"realm": "x"}), Challenge("bearer", {"realm": 'y"z'}))),
        ("NTLM dG9rZW4=, Basic", (Challenge("ntlm"), Challenge("basic"))),
        (",, Basic ,", (Challenge("basic"),)),
    ],
)  # fmt: skip
def test_challenges(text: str, expected: tuple[Challenge, ...]) -> None:
    assert parse_challenges(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'Basic realm="a',
        'Basic realm="a"x',
        "=",
        '"a"',
        "Basic a=1, a=2",
        "Bas/ic",
        "Basic\x00",
    ],
)
def test_what_is_no_challenge_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_challenges(text)


token = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,7}", fullmatch=True)
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
challenges = st.lists(
    st.builds(
        Challenge, token.map(str.lower), st.dictionaries(token.map(str.lower), values, min_size=1, max_size=3)
    ),
    max_size=3,
)


@settings(max_examples=150)
@given(challenges)
def test_challenges_come_back(found: list[Challenge]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = ", ".join(
        f"{one.scheme} " + ", ".join(f"{name}={quoted(value)}" for name, value in one.parameters.items())
        for one in found
    )
    assert parse_challenges(text) == tuple(found)


@settings(max_examples=300)
@given(st.text(st.sampled_from('Ba "\\,=\t\x00é~/'), max_size=60))
def test_any_header_ends(text: str) -> None:
    try:
        found = parse_challenges(text)
    except ValueError:
        return
    assert all(one.scheme for one in found)
