"""The cards' last 24 hours, from the bank's PostgreSQL.

Fraud must be scored even when the database is away: a failed lookup scores without history and says so in
the answer (`"history": "unavailable"`), so the caller can weigh it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable
from typing import Protocol

from scoring import Activity
from settings import Settings

LOG = logging.getLogger("fraud.history")
TIMEOUT_SECONDS = 1
QUERY = """
    SELECT card, count(*), coalesce(sum(amount), 0) FROM transactions
    WHERE card = ANY(:cards) AND occurred_at > now() - interval '24 hours' GROUP BY card
"""


class History(Protocol):
    """Returns the activity of each card that it knows, and how the lookup went."""

    def lookup(self, cards: Iterable[str]) -> tuple[dict[str, Activity], str]: ...


class NoHistory:
    """No DB_HOST: every card is seen for the first time."""

    def lookup(self, cards: Iterable[str]) -> tuple[dict[str, Activity], str]:
        return {}, "off"


class PostgresHistory:
    """One short connection per request: correct across fail-overs and password rotation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # The database is reached over the VPC by name; its certificate is checked unless it is this host.
        self.tls = None if settings.db_host in ("127.0.0.1", "localhost") else ssl.create_default_context()

    def lookup(self, cards: Iterable[str]) -> tuple[dict[str, Activity], str]:
        import pg8000.native as pg

        s = self.settings
        try:
            connection = pg.Connection(
                s.db_user, host=s.db_host or "", port=s.db_port, database=s.db_name, password=s.db_password,
                timeout=TIMEOUT_SECONDS, ssl_context=self.tls,
            )  # fmt: skip
            try:
                rows = connection.run(QUERY, cards=sorted(set(cards)))
            finally:
                connection.close()
        except (pg.Error, OSError) as error:
            LOG.warning("history unavailable: %s", type(error).__name__)  # the text could quote the login
            return {}, "unavailable"
        return {card: Activity(float(count), float(spent)) for card, count, spent in rows}, "ok"


def open_history(settings: Settings) -> History:
    """The history that the settings ask for."""
    return PostgresHistory(settings) if settings.db_host else NoHistory()
