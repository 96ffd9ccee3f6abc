"""What the service reads from its environment, once, at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Misconfigured(Exception):
    """A setting is missing or unusable. The message names it and never shows a value."""


@dataclass(frozen=True)
class Settings:
    """Secrets are kept out of `repr`, so that no log line or traceback can print them."""

    port: int
    model: Path
    log_level: str
    db_password: str = field(repr=False)
    api_token: str = field(repr=False)
    db_host: str | None
    db_port: int
    db_name: str
    db_user: str
    cases_url: str | None
    otlp_endpoint: str | None

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Settings:
        """Both secrets are required even where their peer is off: a forgotten one shows at deployment."""
        missing = [name for name in ("DB_PASSWORD", "API_TOKEN") if not env.get(name)]
        if missing:
            raise Misconfigured(f"not set: {', '.join(missing)}")
        return cls(
            port=_port(env, "PORT", 8080),
            model=Path(env.get("MODEL_DIR", "/opt/ml/model")) / "model.json",
            log_level=env.get("LOG_LEVEL", "info").upper(),
            db_password=env["DB_PASSWORD"],
            api_token=env["API_TOKEN"],
            db_host=env.get("DB_HOST") or None,
            db_port=_port(env, "DB_PORT", 5432),
            db_name=env.get("DB_NAME", "cards"),
            db_user=env.get("DB_USER", "fraud_scorer"),
            cases_url=env.get("CASES_URL") or None,
            otlp_endpoint=env.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        )


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise Misconfigured(f"{name} is not a port")
    return int(text)
