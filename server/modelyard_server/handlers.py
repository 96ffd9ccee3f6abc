"""Script mode: a handler module becomes a pipeline of stages, as in SageMaker's inference toolkit."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from modelyard_server import codecs
from modelyard_server.context import Context
from modelyard_server.errors import ConfigError, HandlerFailed, ModelError, RequestError
from modelyard_server.media import JSON
from modelyard_server.stages import Stage, find

Hop = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Runs a function in a worker thread."""


def locate(program: str, code_dirs: tuple[str, ...]) -> Path:
    """The handler module's file: `program` itself if absolute, else the first found below `code_dirs`.

    Raises:
        ConfigError: if there is none.
    """
    candidates = [Path(folder) / program for folder in code_dirs]
    for path in candidates:
        if path.is_file():
            return path
    raise ConfigError([f"MODELYARD_HANDLER: no such file: {', '.join(map(str, candidates))}"])


def load_module(path: Path) -> ModuleType:
    """Import a handler module under its own name, its folder first on the path, so that it can import its
    neighbours.

    Raises:
        ModelError: if it raises, or has the name of a module that is already loaded.
    """
    if path.stem in sys.modules:
        raise ModelError(f"{path}: a module named {path.stem} is already loaded; rename the file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ModelError(f"{path} cannot be imported") from error
    return module


class Pipeline:
    """What is done with a request, for every model that the module serves."""

    def __init__(self, module: ModuleType) -> None:
        """Look the functions up.

        Raises:
            ModelError: if one has a wrong signature, or `transform_fn` stands beside those that it replaces.
        """
        self._before = find(module, "pre_model_fn", 1)
        self._model = find(module, "model_fn", 1)
        self._after = find(module, "model_warmup_fn", 2)
        transform = find(module, "transform_fn", 4)
        own = [find(module, "input_fn", 2), find(module, "predict_fn", 2), find(module, "output_fn", 2)]
        if transform is not None and any(own):
            raise ModelError("transform_fn replaces input_fn, predict_fn and output_fn; the module has both")
        if transform is None and own[1] is None and self._model is None:
            raise ModelError(f"{module.__name__} has neither predict_fn nor transform_fn nor model_fn")
        self._stages = [_transforming(transform)] if transform else [_reading(own[0]), _predicting(own[1])]
        self._output = own[2]
        self.is_async = any(stage.is_async for stage in [*self._stages, *([own[2]] if own[2] else [])])
        self.offered = () if own[2] or transform else codecs.supported()
        """Media types that answers can be written as; empty if only the model's own code knows."""
        self.reads_anything = bool(own[0] or transform)

    async def load(self, model_dir: str, hop: Hop) -> Any:
        """The model of a folder: what `model_fn` returns, or the folder's path where there is none.

        Raises:
            ModelError: if the model's code raises.
        """
        context = Context(model_dir=model_dir)
        model: Any = model_dir
        for stage in (self._before, self._model, self._after):
            if stage is None:
                continue
            arguments = (model_dir, model) if stage is self._after else (model_dir,)
            try:
                result = await _call(stage, (*arguments, context), hop)
            except (Exception, SystemExit) as error:
                raise ModelError(f"{stage.name} failed for {model_dir}") from error
            if stage is self._model:
                model = result
        return model

    def run(self, model: Any, context: Context) -> tuple[bytes, str]:
        """Body and media type of the answer, for a pipeline that is not async.

        Raises:
            RequestError: what the caller did wrong.
            HandlerFailed: what the model's code did wrong; chained to it.
        """
        name = ""
        try:
            value: Any = None
            for stage in self._stages:
                name = stage.name
                value = stage.call(value, model, context)
            name = "output_fn"
            if self._output is not None:
                value = self._output.call(value, context.accept, context)
            return _finish(value, context, own=not self.offered)
        except RequestError:
            raise
        except BaseException as error:  # also sys.exit(): on the loop it would end more than a request
            raise HandlerFailed(name) from error

    async def run_async(self, model: Any, context: Context, hop: Hop) -> tuple[bytes, str]:
        """As `run`, for a pipeline with an async stage: plain stages hop to a worker thread."""
        name = ""
        try:
            value: Any = None
            for stage in self._stages:
                name = stage.name
                value = await _call(stage, (value, model, context), hop)
            name = "output_fn"
            if self._output is not None:
                value = await _call(self._output, (value, context.accept, context), hop)
            return _finish(value, context, own=not self.offered)
        except RequestError:
            raise
        except (Exception, SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise  # out of time, which is not the handler's own doing
            raise HandlerFailed(name) from error


def _reading(own: Stage | None) -> Stage:
    if own is None:
        return Stage("input_fn", lambda _, __, ctx: codecs.decode(ctx.body, ctx.content_type), False)
    call = own.call

    def read(_: object, __: object, context: Context) -> Any:
        return call(codecs.as_handed_over(context.body, context.content_type), context.content_type, context)

    return Stage(own.name, read, own.is_async)


def _predicting(own: Stage | None) -> Stage:
    return own or Stage("predict_fn", _predict, False)


def _predict(data: Any, model: Any, _: Context) -> Any:
    """Without a `predict_fn`: what scikit-learn and its like call `predict`, or the model called."""
    predict = getattr(model, "predict", None)
    return predict(data) if predict is not None else model(data)


def _transforming(own: Stage) -> Stage:
    call = own.call

    def transform(_: object, model: Any, context: Context) -> Any:
        body = codecs.as_handed_over(context.body, context.content_type)
        return call(model, body, context.content_type, context.accept, context)

    return Stage(own.name, transform, own.is_async)


async def _call(stage: Stage, arguments: tuple[Any, ...], hop: Hop) -> Any:
    if stage.is_async:
        return await stage.call(*arguments)
    return await hop(lambda: stage.call(*arguments))


def _finish(value: Any, context: Context, *, own: bool) -> tuple[bytes, str]:
    """Bytes and media type of what the last stage returned.

    A model's own `output_fn` may return `(body, media type)`, or a value that is still to be written.
    """
    media = context.accept
    if own and isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str):
        value, media = value
        context.set_response_content_type(0, media)
    media = context.response_content_type or media
    if own and isinstance(value, str):
        return value.encode("utf-8"), media
    if own and isinstance(value, bytes | bytearray | memoryview):
        return bytes(value), media
    plain = media.partition(";")[0].strip().lower()
    if own and plain not in codecs.supported():
        raise TypeError(f"output_fn returned a {type(value).__name__} for {plain}: it must be str or bytes")
    try:
        return codecs.encode(value, plain), media
    except (TypeError, ValueError) as error:
        if own or plain == JSON:
            raise
        # The server offered this form for any model; it was the caller who chose it.
        raise RequestError(406, f"this prediction cannot be written as {plain}") from error
