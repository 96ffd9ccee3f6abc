"""S3 URIs, ARNs and paths: what they name, and that none climbs out of where it is put."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.values import Arn, ContainerPath, MalformedError, RelativePath, S3Uri

PARTS = st.lists(st.text("abcXYZ019._+@-", min_size=1, max_size=8), min_size=1, max_size=5)


@settings(max_examples=200)
@given(parts=PARTS)
def test_a_path_stays_where_it_is_put(parts: list[str]) -> None:
    relative, absolute = "/".join(parts), "/" + "/".join(parts)
    if {".", ".."} & set(parts):
        with pytest.raises(MalformedError):
            RelativePath.parse(relative)
        with pytest.raises(MalformedError):
            ContainerPath.parse(absolute)
    else:
        assert posixpath.normpath(RelativePath.parse(relative).text) == relative
        assert posixpath.normpath(ContainerPath.parse(absolute).text) == absolute


@pytest.mark.parametrize(
    "text",
    [
        "../a",
        "a/../b",
        "a/..",
        "..",
        ".",
        "./a",
        "a/./b",
        "a//b",
        "a/",
        "/a",
        "a b",
        "a\\b",
        "~/a",
        "$HOME",
        "é",
        "a\nb",
        "C:/a",
        "*",
        "a" * 256,
        "a/" * 600 + "a",
        "a" * 4096,
    ],
)
def test_what_is_no_path_of_a_model(text: str) -> None:
    with pytest.raises(MalformedError):
        RelativePath.parse(text)


@pytest.mark.parametrize(
    "text", ["/", "//", "a", "/a/", "/a//b", "/../a", "/a/..", "/a b", "/é", "/a:b", "/" + "a/" * 2048 + "a"]
)
def test_what_is_no_path_of_a_container(text: str) -> None:
    with pytest.raises(MalformedError):
        ContainerPath.parse(text)


@pytest.mark.parametrize("text", ["...", "a/...", "..a", "a..", ".hidden", "a/.b", "-x", "a@1+2"])
def test_dots_within_a_name_are_fine(text: str) -> None:
    assert str(RelativePath.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "bucket", "key"),
    [
        ("s3://acme-models/a/b.bin", "acme-models", "a/b.bin"),
        ("s3://acme.models/", "acme.models", ""),
        ("s3://acme/prefix/*", "acme", "prefix/*"),
        ("s3://acme/a b/c'(d)=e@f,g+h:i!j", "acme", "a b/c'(d)=e@f,g+h:i!j"),
        ("s3://acme//double", "acme", "/double"),
    ],
)
def test_s3_uris(text: str, bucket: str, key: str) -> None:
    assert S3Uri.parse(text) == S3Uri(bucket, key)


@pytest.mark.parametrize(
    "text",
    [
        "s3://acme",
        "s3:///key",
        "S3://acme/key",
        "https://acme.s3.amazonaws.com/key",
        "s3://Acme/key",
        "s3://ac/key",
        "s3://-acme/key",
        "s3://acme-/key",
        "s3://ac..me/key",
        "s3://" + "a" * 64 + "/key",
        "s3://acme/../other/key",
        "s3://acme/a/./b",
        "s3://acme/a/..",
        "s3://acme/${aws:username}",
        "s3://acme/a?b",
        "s3://acme/a#b",
        "s3://acme/a%2e%2e",
        's3://acme/a"b',
        "s3://acme/a`b",
        "s3://acme/a\\b",
        "s3://acme/a\nb",
        "s3://acme/é",
        "s3://acme/" + "a" * 1025,
    ],
)
def test_what_is_no_s3_uri(text: str) -> None:
    with pytest.raises(MalformedError):
        S3Uri.parse(text)


@pytest.mark.parametrize(
    ("text", "service", "account", "resource"),
    [
        ("arn:aws:iam::111122223333:role/models/x", "iam", "111122223333", "role/models/x"),
        ("arn:aws:s3:::acme-models/a/*", "s3", "", "acme-models/a/*"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "iam", "aws", "policy/ReadOnlyAccess"),
        ("arn:aws-cn:sqs:cn-north-1:111122223333:jobs", "sqs", "111122223333", "jobs"),
        ("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/a:b", "kms", "111122223333", "key/a:b"),
    ],
)
def test_arns(text: str, service: str, account: str, resource: str) -> None:
    arn = Arn.parse(text)
    assert (arn.service, arn.account, arn.resource) == (service, account, resource)
    assert str(arn) == text


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "arn:aws:s3",
        "arn:azure:s3:::x",
        "arn:aws:s3:::",
        "arn:aws:iam::123:role/x",
        "arn:aws:iam::111122223333:role/${x}",
        "arn:aws:IAM::111122223333:role/x",
        "arn:aws:s3:::a b",
        "arn:aws:s3:::" + "a" * 1025,
    ],
)
def test_what_is_no_arn(text: str) -> None:
    with pytest.raises(MalformedError):
        Arn.parse(text)
