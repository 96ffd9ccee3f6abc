"""Stands for the scanner that BuildKit runs for an SBOM: it lists the Python packages of what it is shown.

Its protocol: github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md
"""

import json
import os
from pathlib import Path

source = Path(os.environ["BUILDKIT_SCAN_SOURCE"])
found = sorted(path.name.removesuffix(".dist-info") for path in source.rglob("*.dist-info"))
document = {
    "SPDXID": "SPDXRef-DOCUMENT",
    "spdxVersion": "SPDX-2.3",
    "name": "image",
    "packages": [{"name": name.partition("-")[0], "versionInfo": name.partition("-")[2]} for name in found],
}
statement = {
    "_type": "https://in-toto.io/Statement/v0.1",
    "predicateType": "https://spdx.dev/Document",
    "predicate": document,
}
Path(os.environ["BUILDKIT_SCAN_DESTINATION"], "image.spdx.json").write_text(json.dumps(statement))
