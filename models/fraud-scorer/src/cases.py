"""Opens a case for every transaction that a person must look at, outside the request's path."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

LOG = logging.getLogger("fraud.cases")
TIMEOUT_SECONDS = 3


class Cases:
    """Posts to the case-management API with its bearer token; does nothing without a URL."""

    def __init__(self, url: str | None, token: str) -> None:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("CASES_URL must be http(s)")  # urllib would also open file://
        self._url, self._token = url, token
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="cases")

    def open(self, scores: list[dict[str, Any]]) -> None:
        """Queue what is not approved."""
        flagged = [score for score in scores if score["decision"] != "approve"]
        if self._url and flagged:
            self._pool.submit(self._post, self._url, flagged)

    def close(self) -> None:
        """Wait for what is queued: a SIGTERM must not lose a case."""
        self._pool.shutdown(wait=True)

    def _post(self, url: str, scores: list[dict[str, Any]]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = json.dumps({"cases": scores}).encode()
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - checked in __init__
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
                LOG.info("opened %d cases", len(scores))
        except (urllib.error.URLError, OSError) as error:
            LOG.error("could not open %d cases: %s", len(scores), error)
