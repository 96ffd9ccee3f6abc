"""The kinds of names that manifests and environments use, with the limits of whoever reads them last."""

from __future__ import annotations

from typing import Annotated

from modelyard.spec.field import NotZero, Range, Text
from modelyard.values import Duration

# ECS families, IAM roles (64 characters) and Kubernetes names (63) are made of these with suffixes.
ModelName = Annotated[
    str,
    Text(
        "a model name",
        r"[a-z](?:[a-z0-9-]*[a-z0-9])?",
        1,
        32,
        "use lower-case letters, digits and dashes, beginning with a letter: fraud-scorer",
    ),
]
EnvironmentName = Annotated[
    str,
    Text(
        "an environment name", r"[a-z](?:[a-z0-9-]*[a-z0-9])?", 1, 16, "use a DNS label: dev, staging, prod"
    ),
]
PartName = Annotated[
    str, Text("a name", r"[a-z](?:[a-z0-9-]*[a-z0-9])?", 1, 32, "use lower-case letters, digits and dashes")
]
Team = Annotated[
    str, Text("a team", r"[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*)?", 1, 64, "as in CODEOWNERS: risk-ml")
]
Sentence = Annotated[str, Text("one line of text", r"[^\n]*", 1, 300, "write it on one line")]
VariableName = Annotated[
    str,
    Text(
        "an environment variable", r"[A-Za-z_][A-Za-z0-9_]*", 1, 128, "use letters, digits and _: LOG_LEVEL"
    ),
]
# AWS limits one variable to 32 KiB with all the others; anything near it belongs in a file.
VariableValue = Annotated[str, Text("a value", r"(?s:.*)", 0, 8192)]
LabelKey = Annotated[str, Text("a label key", r"[a-z](?:[a-z0-9._-]*[a-z0-9])?", 1, 63, "as in cost-center")]
# The intersection of Kubernetes label values and AWS tag values.
LabelValue = Annotated[
    str,
    Text("a label value", r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", 1, 63, "letters, digits and ._-"),
]
AccountId = Annotated[
    str, Text("an AWS account id", r"\d{12}", 12, 12, 'twelve digits in quotes: "012345678901"')
]
Region = Annotated[str, Text("an AWS region", r"[a-z]{2}(?:-[a-z]+){1,2}-\d", 8, 25, "as in eu-west-1")]
Sha256 = Annotated[
    str,
    Text("a SHA-256 checksum", r"[0-9a-f]{64}", 64, 64, "64 hexadecimal digits, as sha256sum prints them"),
]
Digest = Annotated[
    str,
    Text(
        "an image digest",
        r"sha256:[0-9a-f]{64}",
        71,
        71,
        "sha256: and 64 hexadecimal digits, as the registry says it",
    ),
]
Commit = Annotated[
    str, Text("a Git commit", r"[0-9a-f]{40}(?:[0-9a-f]{24})?", 40, 64, "the full hash, not a branch")
]
CatalogueKey = Annotated[
    str,
    Text(
        "a key of Dockerfiles/base-images.yaml",
        r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?",
        1,
        64,
        "as in python-3.12-slim",
    ),
]
DebianPackage = Annotated[
    str,
    Text(
        "a Debian package",
        r"[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+~:-]+)?",
        2,
        128,
        "a package name, with =VERSION where it must be pinned: libgomp1",
    ),
]
Argument = Annotated[
    str, Text("an argument", r"[^\x00\n\r]*", 0, 4096, "one line; pass long texts in a file")
]
HttpPath = Annotated[
    str, Text("a URL path", r"/[A-Za-z0-9._~/%-]*", 1, 256, "begin it with /, without a query: /ping")
]
SecretName = Annotated[
    str,
    Text("the name of a secret", r"[A-Za-z0-9](?:[A-Za-z0-9/_.-]*[A-Za-z0-9])?", 1, 256, "as in fraud/db"),
]
SecretPrefix = Annotated[
    str, Text("a prefix", r"(?!.*\.\.)[A-Za-z0-9/_.-]*", 0, 128, "as in prod/, without ..")
]
JsonKey = Annotated[str, Text("a key of a JSON secret", r"[A-Za-z0-9_.-]+", 1, 128)]
Cidr = Annotated[
    str,
    Text(
        "an IPv4 range",
        r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)/(?:3[0-2]|[12]?\d)",
        9,
        18,
        "as in 10.0.0.0/16",
    ),
]
NumericUser = Annotated[
    str,
    Text(
        "a numeric user", r"[1-9]\d{0,9}(?::[1-9]\d{0,9})?", 1, 21, 'uid or uid:gid, not root: "10001:10001"'
    ),
]
GpuType = Annotated[str, Text("a GPU type", r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", 1, 40, "as in nvidia-l4")]
Port = Annotated[int, Range(1, 65535)]
# A container without capabilities cannot bind below 1024.
UnprivilegedPort = Annotated[int, Range(1024, 65535)]
Percent = Annotated[int, Range(1, 100, "percent")]
# A limit of no time at all is refused by every platform, or always passed.
TimeLimit = Annotated[Duration, NotZero("write at least 1s")]
