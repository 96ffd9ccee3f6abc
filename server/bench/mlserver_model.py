"""The same model as a runtime of MLServer, asked in two ways; `bench/serving` writes its settings.

`POST /v2/models/bench/infer` is the Open Inference Protocol, which MLServer is made for. `POST /invocations`
is a custom handler that takes the very body that the others take: MLServer without its protocol.
"""

from __future__ import annotations

import numpy as np
import orjson
from fastapi import Request, Response
from inference import model_fn, predict_fn, probabilities
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.handlers import custom_handler
from mlserver.types import InferenceRequest, InferenceResponse


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

    @custom_handler(rest_path="/invocations")  # type: ignore[untyped-decorator]
    async def invocations(self, request: Request) -> Response:
        """The bytes in and out, without a model of pydantic's in between."""
        prediction = predict_fn(orjson.loads(await request.body()), self._model)
        answer = orjson.dumps(prediction, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(answer, media_type="application/json")
