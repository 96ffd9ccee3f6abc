"""What every server is asked, in its own dialect of JSON, and what the right answer is.

The model is `server/bench/inference.py`: a softmax regression of four features, cheap on purpose, so that
what is left to compare is the server.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelyard.running.wire import request

Rows = list[list[float]]
_CLOSE = 1e-9


class Different(Exception):
    """A server gave another answer than the model gives."""


@dataclass(frozen=True)
class Dialect:
    """How rows are sent and probabilities come back."""

    name: str
    path: str
    write: Callable[[Rows], object]
    read: Callable[[Any], Rows]


def _split(flat: list[float], width: int) -> Rows:
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def _tensor(rows: Rows) -> object:
    """Flat data, which the protocol allows and which is less to read than nested lists."""
    data = [value for row in rows for value in row]
    return {"inputs": [{"name": "x", "shape": [len(rows), 4], "datatype": "FP64", "data": data}]}


# SageMaker's container contract leaves the body to the model; this is what `server/bench/inference.py` takes.
CONTRACT = Dialect(
    "`/invocations`", "/invocations", lambda rows: {"instances": rows}, lambda said: said["predictions"]
)
# https://github.com/kserve/open-inference-protocol, which MLServer speaks.
OPEN_INFERENCE = Dialect(
    "Open Inference Protocol",
    "/v2/models/bench/infer",
    _tensor,
    lambda said: _split(said["outputs"][0]["data"], said["outputs"][0]["shape"][1]),
)


@dataclass(frozen=True)
class Payload:
    """So many flowers in one request."""

    name: str
    count: int

    @property
    def rows(self) -> Rows:
        """Measurements in centimetres with one decimal, as in the data set; made of the number alone."""
        return [
            [(43 + k * 7 % 37) / 10, (20 + k * 5 % 25) / 10, (10 + k * 11 % 60) / 10, (1 + k * 3 % 25) / 10]
            for k in range(self.count)
        ]

    def body(self, dialect: Dialect) -> bytes:
        """Compact JSON, as clients write it that care."""
        return json.dumps(dialect.write(self.rows), separators=(",", ":")).encode("ascii")

    def request(self, dialect: Dialect, host: str) -> bytes:
        """The whole request; its connection is kept."""
        return request("POST", dialect.path, host, self.body(dialect), "application/json")

    def check(self, dialect: Dialect, body: bytes) -> None:
        """Raises Different unless this is the right answer."""
        try:
            found = dialect.read(json.loads(body))
            same = [len(row) for row in found] == [3] * self.count and all(
                math.isclose(mine, theirs, rel_tol=_CLOSE)
                for row, other in zip(expected(self.rows), found, strict=True)
                for mine, theirs in zip(row, other, strict=True)
            )
        except (ValueError, LookupError, TypeError) as error:
            raise Different(f"{self.name}: its answer is of another shape: {body[:200]!r}") from error
        if not same:
            raise Different(f"{self.name}: its answer is another: {body[:200]!r}")


SMALL = Payload("1 row", 1)
LARGE = Payload("1,000 rows", 1000)
PAYLOADS = (SMALL, LARGE)


def expected(rows: Rows) -> Rows:
    """The model once more, from its formula and without NumPy, so that no server is its own judge."""
    weights = [[math.cos(3.0 * feature + kind) for kind in range(3)] for feature in range(4)]
    found = []
    for row in rows:
        scores = [sum(value * weights[k][kind] for k, value in enumerate(row)) for kind in range(3)]
        powers = [math.exp(score - max(scores)) for score in scores]
        found.append([power / sum(powers) for power in powers])
    return found
