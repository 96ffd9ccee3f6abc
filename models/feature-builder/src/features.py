"""What is known about each customer at the end of a day, from the orders before it. No files here."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

COLUMNS = ("order_id", "customer_id", "ordered_at", "amount", "store")


class BadInput(ValueError):
    """The orders cannot be used; the message says which column and how many rows."""


def clean(raw: pd.DataFrame) -> pd.DataFrame:
    """Typed orders, one row per order_id: a replayed event replaces the earlier one. Raises BadInput."""
    missing = [name for name in COLUMNS if name not in raw.columns]
    if missing:
        raise BadInput(f"missing columns: {', '.join(missing)}")
    orders = raw.loc[:, list(COLUMNS)].copy()
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"], utc=True, errors="coerce", format="ISO8601")
    orders["amount"] = pd.to_numeric(orders["amount"], errors="coerce").astype("float64")
    for name in ("order_id", "customer_id", "store"):
        orders[name] = orders[name].astype("string")
    bad = {name: int(orders[name].isna().sum()) for name in COLUMNS if orders[name].isna().any()}
    unusable = int((~np.isfinite(orders["amount"]) | (orders["amount"] < 0)).sum())
    if bad or unusable:
        raise BadInput(f"unreadable values by column: {bad}; amounts negative or not finite: {unusable}")
    return orders.drop_duplicates("order_id", keep="last").sort_values(
        ["customer_id", "ordered_at", "order_id"]
    )


def build(orders: pd.DataFrame, day: date, window_days: int) -> pd.DataFrame:
    """One row per customer who ordered in the window that ends with `day` (UTC, inclusive).

    Columns: orders, spent and mean_order (PHP), stores, weekend_share, days_since_last, orders_per_week.
    """
    end = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    start = end - pd.Timedelta(days=window_days)
    seen = orders[(orders["ordered_at"] >= start) & (orders["ordered_at"] < end)]
    seen = seen.assign(weekend=(seen["ordered_at"].dt.day_of_week >= 5).astype("float64"))
    table = seen.groupby("customer_id", sort=True).agg(
        orders=("order_id", "size"),
        spent=("amount", "sum"),
        stores=("store", "nunique"),
        weekend_share=("weekend", "mean"),
        last=("ordered_at", "max"),
    )
    table["mean_order"] = table["spent"] / table["orders"]
    table["days_since_last"] = (end - table.pop("last")).dt.total_seconds() // 86_400
    table["orders_per_week"] = table["orders"] * 7 / window_days
    # Centavos and four decimals: sums in another order must not change the bytes of the output.
    table = table.round({"spent": 2, "mean_order": 2, "weekend_share": 4, "orders_per_week": 4})
    types = {"orders": "int64", "stores": "int64", "days_since_last": "int64"}
    return table.astype(types).reset_index().astype({"customer_id": "object"}).sort_index(axis=1)
