"""Names of AWS things: S3 URIs and ARNs.

S3 bucket rules: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html. ARN
format: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_S3 = re.compile(rf"s3://({_BUCKET})/([\w!\-./'()=@,+*: ]{{0,1000}})", re.ASCII)
_ARN = re.compile(
    r"arn:(aws|aws-cn|aws-us-gov):([a-z0-9-]{1,40}):([a-z0-9-]{0,30}):(\d{12}|aws|):([\w+=,.@/:*-]{1,1024})",
    re.ASCII,
)


@dataclass(frozen=True)
class S3Uri:
    """``s3://bucket/key``. A key that ends in ``/`` is a prefix; ``*`` is allowed in permissions only."""

    bucket: str
    key: str
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": rf"^s3://{_BUCKET}/.*$",
        "maxLength": 1100,
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError for a bad bucket, an odd character in the key, or a dot segment."""
        match = _S3.fullmatch(text)
        if match is None:
            raise MalformedError(f'"{text[:80]}" is not an S3 URI', "write s3://bucket/path/to/object")
        bucket, key = match.groups()
        if ".." in bucket:
            raise MalformedError(
                f'"{bucket}" is not a bucket: two dots in a row', "write s3://bucket/path/to/object"
            )
        if key != key.strip():
            raise MalformedError(
                f'"{text[:80]}" begins or ends its key with a space', "write the key as S3 lists it"
            )
        if any(part in (".", "..") for part in key.split("/")):
            raise MalformedError(f'"{text[:80]}" has a "." or ".." segment', "write the key as S3 lists it")
        return cls(bucket, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Arn:
    """An Amazon Resource Name, split at its colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^arn:(aws|aws-cn|aws-us-gov):[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws|):.+$",
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError."""
        match = _ARN.fullmatch(text)
        if match is None:
            raise MalformedError(
                f'"{text[:80]}" is not an ARN', "write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"
            )
        return cls(*match.groups())

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"
