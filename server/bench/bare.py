"""The least that answers: the same model behind bare Uvicorn, without any limit, check, log or metric.

`bench/serving` starts it, and the product on the same model. By hand:

    python -m uvicorn bare:app --app-dir server/bench --http httptools --loop asyncio --no-access-log
    MODELYARD_CODE_DIR=$PWD/server/bench MODELYARD_LOOP=asyncio modelyard-server
"""

from __future__ import annotations

from typing import Any

import orjson
from inference import model_fn, predict_fn

MODEL = model_fn("")


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer any request with a prediction."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    answer = orjson.dumps(predict_fn(orjson.loads(body), MODEL), option=orjson.OPT_SERIALIZE_NUMPY)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
