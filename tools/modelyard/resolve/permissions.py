"""The IAM statements of a model, made of what it declares and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.resolve.delivery import Delivery
from modelyard.resolve.workload import Place, PolicyStatement
from modelyard.spec.manifest import Manifest, Weights
from modelyard.values import S3Uri

# What each purpose needs, from the Service Authorization Reference.
_TABLE_READ = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan")
_TABLE_WRITE = ("dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
_QUEUE_RECEIVE = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
_QUEUE_SEND = ("sqs:GetQueueUrl", "sqs:SendMessage")


def statements(
    manifest: Manifest, deliveries: Iterable[Delivery], own: Iterable[Weights], place: Place
) -> tuple[PolicyStatement, ...]:
    """Every statement, in a fixed order. ``own`` are the weights that the model's own code fetches."""
    return tuple(_statements(manifest, tuple(deliveries), tuple(own), place))


def _statements(
    manifest: Manifest, deliveries: tuple[Delivery, ...], own: tuple[Weights, ...], place: Place
) -> Iterator[PolicyStatement]:
    allowed = manifest.permissions
    weights = [(S3Uri.parse(item.uri), item.version_id) for item in deliveries]
    weights += [(item.source, item.version_id or "") for item in own]
    yield from _s3("ReadWeights", ("s3:GetObject",), [uri for uri, version in weights if not version], place)
    yield from _s3(
        "ReadWeightVersions", ("s3:GetObjectVersion",), [uri for uri, version in weights if version], place
    )
    yield from _s3("ReadObjects", ("s3:GetObject",), allowed.s3.read, place)
    yield from _s3("WriteObjects", ("s3:AbortMultipartUpload", "s3:PutObject"), allowed.s3.write, place)
    yield from _list_buckets(allowed.s3.read, place)
    yield from _tables("ReadTables", _TABLE_READ, allowed.dynamodb.read, place, indexes=True)
    yield from _tables("WriteTables", _TABLE_WRITE, allowed.dynamodb.write, place, indexes=False)
    yield from _queues("SendMessages", _QUEUE_SEND, allowed.sqs.send, place)
    yield from _queues("ReceiveMessages", _QUEUE_RECEIVE, allowed.sqs.receive, place)
    if allowed.kms_decrypt:
        yield PolicyStatement(
            "DecryptWithKeys", ("kms:Decrypt",), tuple(sorted(map(str, allowed.kms_decrypt)))
        )
    for number, item in enumerate(allowed.statements, 1):
        resources = tuple(sorted(map(str, item.resources)))
        yield PolicyStatement(f"Declared{number}", tuple(sorted(item.actions)), resources)


def _s3(sid: str, actions: tuple[str, ...], uris: Iterable[S3Uri], place: Place) -> Iterator[PolicyStatement]:
    arns = {
        f"arn:{place.partition}:s3:::{uri.bucket}/{uri.key}{'*' if uri.key.endswith('/') else ''}"
        for uri in uris
    }
    if arns:
        yield PolicyStatement(sid, actions, tuple(sorted(arns)))


def _list_buckets(uris: Iterable[S3Uri], place: Place) -> Iterator[PolicyStatement]:
    """Reading below a prefix means listing it; without this a missing object looks like a denied one."""
    buckets = {f"arn:{place.partition}:s3:::{uri.bucket}" for uri in uris if uri.key.endswith(("/", "*"))}
    if buckets:
        yield PolicyStatement("ListBuckets", ("s3:ListBucket",), tuple(sorted(buckets)))


def _tables(
    sid: str, actions: tuple[str, ...], names: Iterable[str], place: Place, *, indexes: bool
) -> Iterator[PolicyStatement]:
    tables = [place.arn("dynamodb", f"table/{name}") for name in names]
    if tables:
        yield PolicyStatement(
            sid, actions, tuple(sorted(tables + [f"{arn}/index/*" for arn in tables if indexes]))
        )


def _queues(
    sid: str, actions: tuple[str, ...], names: Iterable[str], place: Place
) -> Iterator[PolicyStatement]:
    arns = tuple(sorted(place.arn("sqs", name) for name in names))
    if arns:
        yield PolicyStatement(sid, actions, arns)
