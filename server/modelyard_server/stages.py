"""A handler function with its arity looked up once: `(…)` or `(…, context)`, plain or `async`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from modelyard_server.errors import ModelError

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Stage:
    """One function of a handler module. `call` takes the documented arguments and then, always, the
    context.
    """

    name: str
    call: Callable[..., Any]
    is_async: bool


def find(module: ModuleType, name: str, arguments: int) -> Stage | None:
    """The stage `name` of a handler module; None if the module has none.

    Raises:
        ModelError: if it is no function of `arguments` parameters, or of one more for the context.
    """
    function = getattr(module, name, None)
    if function is None:
        return None
    if not callable(function):
        raise ModelError(f"{module.__name__}.{name} is no function")
    is_async = any(map(inspect.iscoroutinefunction, (function, type(function).__call__)))
    if _takes_context(function, name, arguments):
        return Stage(name, function, is_async)
    return Stage(name, _without_context(function), is_async)


def _without_context(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: function(*arguments[:-1])


def _takes_context(function: Callable[..., Any], name: str, arguments: int) -> bool:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return False  # written in C: it takes what is documented
    positional = [parameter for parameter in parameters if parameter.kind in _POSITIONAL]
    required = [parameter for parameter in positional if parameter.default is parameter.empty]
    keywords = [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return len(required) > arguments
    if len(positional) < arguments or len(required) > arguments + 1 or keywords:
        raise ModelError(f"{name} must take {arguments} arguments, or {arguments + 1} with the context")
    return len(required) == arguments + 1 or (
        len(positional) > arguments and positional[arguments].name == "context"
    )
