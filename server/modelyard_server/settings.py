"""The server's settings: environment variables only, all read and checked once, before anything else
happens.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from modelyard_server import host
from modelyard_server._env import Reader, choice, flag, ratio, seconds, size, whole
from modelyard_server.errors import ConfigError

SAGEMAKER_BODY_BYTES = 6 * 2**20
"""The largest body that InvokeEndpoint sends."""
SAGEMAKER_ANSWER_SECONDS = 60
"""SageMaker gives up on a container's answer after this time."""

_LEVELS = {"10": "debug", "20": "info", "30": "warning", "40": "error", "50": "error"}
_TIB = 2**40
_DAY = 86400.0


@dataclass(frozen=True)
class Settings:
    """Effective settings. Sizes are in bytes, times in seconds; README.md says what each is for."""

    host: str
    port: int
    handler: str
    code_dirs: tuple[str, ...]
    model_dir: str
    multi_model: bool
    models_dir: str
    models_managed_by: str
    model_memory: int
    model_memory_factor: float
    weights: str
    default_accept: str
    timeout: float
    threads: int
    queue: int
    inline: str
    max_body: int
    max_buffered: int
    max_in_flight: int
    max_connections: int
    max_headers: int
    header_timeout: float
    body_timeout: float
    keep_alive: float
    drain: float
    shutdown_delay: float
    access_log: float
    log_level: str
    metrics: bool
    loop: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read `environ`.

        Raises:
            ConfigError: with a line for each variable whose value cannot be used.
        """
        read = Reader(environ)
        multi = read.value("MODELYARD_MULTI_MODEL SAGEMAKER_MULTI_MODEL", flag, False)
        of_sagemaker = read.value("SAGEMAKER_MULTI_MODEL", flag, False)
        # One port is all that this server opens, so SageMaker's range for others is only checked.
        read.value("SAGEMAKER_SAFE_PORT_RANGE", _port_range, (1, 65535))
        cpus = host.cpus()
        max_body = read.value("MODELYARD_MAX_BODY", size(1, _TIB), 0)
        megabytes = read.value("SAGEMAKER_MAX_PAYLOAD_IN_MB", whole(1, 1024), SAGEMAKER_BODY_BYTES // 2**20)
        max_body = max_body or megabytes * 2**20
        threads = read.value("MODELYARD_THREADS SAGEMAKER_MODEL_SERVER_WORKERS", whole(1, 1024), cpus)
        settings = cls(
            host=read.value("MODELYARD_HOST", _host, "0.0.0.0"),  # noqa: S104 - the container is the boundary
            port=read.value("SAGEMAKER_BIND_TO_PORT MODELYARD_PORT PORT", whole(1, 65535), 8080),
            handler=read.value("MODELYARD_HANDLER SAGEMAKER_PROGRAM", _program, "inference.py"),
            code_dirs=read.value(
                "MODELYARD_CODE_DIR SAGEMAKER_SUBMIT_DIRECTORY", _folders, ("/app", "/opt/ml/code")
            ),
            model_dir=read.value("SM_MODEL_DIR", _folder, "/opt/ml/model"),
            multi_model=multi,
            models_dir=read.value("MODELYARD_MODELS_DIR", _folder, "/opt/ml/models"),
            models_managed_by=read.value(
                "MODELYARD_MODELS_MANAGED_BY",
                choice("caller", "server"),
                "caller" if of_sagemaker else "server",
            ),
            model_memory=read.value("MODELYARD_MODEL_MEMORY", size(1, _TIB), 0) or _spare_memory(),
            model_memory_factor=read.value("MODELYARD_MODEL_MEMORY_FACTOR", ratio(0.01, 100), 1.2),
            weights=read.value("MODELYARD_WEIGHTS", str, ""),
            default_accept=read.value(
                "MODELYARD_DEFAULT_ACCEPT SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT",
                _media_type,
                "application/json",
            ),
            timeout=read.value(
                "MODELYARD_TIMEOUT SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS",
                seconds(0.001, 3600),
                SAGEMAKER_ANSWER_SECONDS - 5.0,
            ),
            threads=threads,
            queue=read.value("MODELYARD_QUEUE", whole(0, 100_000), 16 * threads),
            inline=read.value("MODELYARD_INLINE", choice("auto", "never"), "auto"),
            max_body=max_body,
            max_buffered=read.value(
                "MODELYARD_MAX_BUFFERED", size(max_body, _TIB), max(16 * max_body, 64 * 2**20)
            ),
            max_in_flight=read.value("MODELYARD_MAX_IN_FLIGHT", whole(1, 100_000), 1000),
            max_connections=read.value("MODELYARD_MAX_CONNECTIONS", whole(1, 100_000), 1000),
            max_headers=read.value("MODELYARD_MAX_HEADERS", size(1024, 2**20), 32 * 1024),
            header_timeout=read.value("MODELYARD_HEADER_TIMEOUT", seconds(0.01, 600), 10.0),
            body_timeout=read.value("MODELYARD_BODY_TIMEOUT", seconds(0.01, 3600), 30.0),
            keep_alive=read.value("MODELYARD_KEEP_ALIVE", seconds(1, 3600), 75.0),
            drain=read.value("MODELYARD_DRAIN", seconds(0, _DAY), 30.0),
            shutdown_delay=read.value("MODELYARD_SHUTDOWN_DELAY", seconds(0, 600), 0.0),
            access_log=read.value("MODELYARD_ACCESS_LOG", ratio(0, 1), 1.0),
            log_level=read.value("MODELYARD_LOG_LEVEL SAGEMAKER_CONTAINER_LOG_LEVEL", _level, "info"),
            metrics=read.value("MODELYARD_METRICS", flag, True),
            loop=read.value("MODELYARD_LOOP", _loop, "auto"),
        )
        read.refuse_unknown()
        if read.problems:
            raise ConfigError(read.problems)
        return settings

    def as_dict(self) -> dict[str, object]:
        """Plain data, in the order of the fields, for `--check`."""
        return asdict(self)


def _spare_memory() -> int:
    """What models may take by default: four fifths of the container's memory, less what the server itself
    holds.
    """
    return max(1, host.memory_limit() * 4 // 5 - host.resident())


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", text):
        raise ValueError("must be an IP address or a host name")
    return text


def _program(text: str) -> str:
    """A Python file: relative to the code folders, or absolute."""
    path = Path(text)
    if path.suffix != ".py" or not path.stem.isidentifier() or ".." in path.parts:
        raise ValueError("must be a Python file such as inference.py, named like a module and without '..'")
    return text


def _folder(text: str) -> str:
    if not text.startswith("/") or ".." in Path(text).parts or "\0" in text:
        raise ValueError("must be an absolute path without '..'")
    return text


def _folders(text: str) -> tuple[str, ...]:
    """SageMaker's own value may be a `file://` URL; an S3 one belongs to training and cannot be served
    from.
    """
    return (_folder(text.removeprefix("file://")),)


def _media_type(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", text):
        raise ValueError("must be one media type, such as application/json")
    return text


def _level(text: str) -> str:
    """SageMaker writes Python's numbers (20), people write names."""
    level = _LEVELS.get(text, text.lower())
    if level not in _LEVELS.values():
        raise ValueError("must be debug, info, warning or error")
    return level


def _loop(text: str) -> str:
    loop = choice("auto", "asyncio", "uvloop")(text)
    if loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        raise ValueError("uvloop is not installed; modelyard-server[uvloop] brings it")
    return loop


def _port_range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    if not (low.isdigit() and high.isdigit() and 1 <= int(low) <= int(high) <= 65535):
        raise ValueError("must be two ports, such as 10000-10999")
    return int(low), int(high)
