"""The same model as a runtime of MLServer, which speaks the Open Inference Protocol.

    MODEL=$(mktemp -d) && python server/bench/mlserver_model.py $MODEL
    PYTHONPATH=server/bench mlserver start $MODEL

`POST /v2/models/bench/infer` takes `BODY`. MLServer's own metrics and access log are switched off in the
settings that this writes, and it runs the model in its own process (`parallel_workers: 0`), which is its
quickest way here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from inference import model_fn, probabilities
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

ROWS = [5.1, 3.5, 1.4, 0.2, 6.7, 3.0, 5.2, 2.3]
BODY = json.dumps({"inputs": [{"name": "x", "shape": [2, 4], "datatype": "FP64", "data": ROWS}]}).encode()


class Bench(MLModel):  # type: ignore[misc]  # published without types that mypy accepts
    """Loads and predicts as `inference.py` does."""

    async def load(self) -> bool:
        """Make the coefficients."""
        self._model = model_fn("")
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Probabilities of the first input."""
        rows = NumpyCodec.decode_input(payload.inputs[0])
        result = probabilities(np.asarray(rows, dtype=np.float64), self._model)
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("y", result)])


def write_settings(folder: Path, port: int = 8080, *, workers: int = 0) -> None:
    """The two files that `mlserver start` reads."""
    server = {
        "http_port": port,
        "grpc_port": port + 1,
        "metrics_endpoint": None,
        "parallel_workers": workers,
        "debug": False,
    }
    (folder / "settings.json").write_text(json.dumps(server), encoding="utf-8")
    model = {"name": "bench", "implementation": "mlserver_model.Bench"}
    (folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")


if __name__ == "__main__":
    write_settings(Path(sys.argv[1]))
