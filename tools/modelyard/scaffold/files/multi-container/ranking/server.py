"""Answers POST /invocations with the order of the rows, the best first by the other container's scores."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from serving import Rejected, serve


def answer(path: str, body: Any) -> object:
    """Takes `{"instances": [[1.0, 2.0]]}`."""
    if path != "/invocations":
        raise Rejected(404, "POST /invocations")
    request = urllib.request.Request(
        os.environ["SCORING_URL"], json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as scored:
            scores = json.load(scored)["predictions"]
    except OSError as error:
        raise Rejected(502, "the scoring container did not answer") from error
    return {"ranking": sorted(range(len(scores)), key=lambda index: -scores[index])}


if __name__ == "__main__":
    serve(answer)
