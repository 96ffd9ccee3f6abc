"""Opens a case for every transaction that a person must look at, outside the request's path."""

from __future__ import annotations

import json
import logging
import threading
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

LOG = logging.getLogger("fraud.cases")
TIMEOUT_SECONDS = 3
CLOSE_SECONDS = 8  # of the 20 that the manifest gives the process to end in


class Cases:
    """Posts to the case-management API with its bearer token; does nothing without a URL."""

    def __init__(self, url: str | None, token: str) -> None:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("CASES_URL must be http(s)")  # urllib would also open file://
        self._url, self._token = url, token
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="cases")
        self._queued: set[Future[None]] = set()

    def open(self, scores: list[dict[str, Any]]) -> None:
        """Queue what is not approved."""
        flagged = [score for score in scores if score["decision"] != "approve"]
        if self._url and flagged:
            future = self._pool.submit(self._post, self._url, flagged)
            self._queued.add(future)
            future.add_done_callback(self._queued.discard)

    def close(self) -> None:
        """Wait for what is queued: a SIGTERM must not lose a case, unless the API takes none."""
        giving_up = threading.Timer(CLOSE_SECONDS, self._give_up)
        giving_up.start()
        self._pool.shutdown(wait=True)
        giving_up.cancel()

    def _give_up(self) -> None:
        lost = sum(future.cancel() for future in list(self._queued))
        if lost:
            LOG.error("%d requests to open cases were not sent in %d s", lost, CLOSE_SECONDS)

    def _post(self, url: str, scores: list[dict[str, Any]]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = json.dumps({"cases": scores}).encode()
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - checked in __init__
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
                LOG.info("opened %d cases", len(scores))
        except (urllib.error.URLError, OSError) as error:
            LOG.error("could not open %d cases: %s", len(scores), error)
