"""An S3 for the containers of one pod: moto, started inside the pod's network, where it has loopback.

    python s3_server.py PORT SEED DUMP

Objects come from ``SEED/<bucket>/<key>``. On SIGTERM everything that is stored then is written to
``DUMP/<bucket>/<key>``, for the test to read: nothing outside the pod can ask this server.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

BUCKETS = ("acme-models", "acme-orders", "acme-features")


def main(port: int, seed: Path, dump: Path) -> None:
    # Blocked before the server's thread is started, which inherits it: only sigwait below sees them.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",  # any bucket is found from any region there
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    for bucket in BUCKETS:
        client.create_bucket(Bucket=bucket)
    for path in sorted(one for one in seed.rglob("*") if one.is_file()):
        bucket, _, key = path.relative_to(seed).as_posix().partition("/")
        client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    print("ready", flush=True)
    signal.sigwait([signal.SIGTERM, signal.SIGINT])
    _dump(client, dump)
    server.stop()


def _dump(client: Any, dump: Path) -> None:
    for bucket in BUCKETS:
        for item in client.list_objects_v2(Bucket=bucket).get("Contents", []):
            target = dump / bucket / item["Key"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
