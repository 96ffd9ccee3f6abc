"""The day's orders of feature-builder, as the bucket has them."""

from __future__ import annotations

from pathlib import Path

from tests.support.containers.repository import Repository


def orders(repository: Repository, target: Path) -> None:
    """Writes the example's CSV sample as the Parquet file that its job is told to read."""
    import pandas as pd
    from fastparquet import write

    frame = pd.read_csv(repository.root / "models/feature-builder/sample/orders.csv")
    frame = frame.astype(dict.fromkeys(("order_id", "customer_id", "store"), "object"))
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"]).dt.tz_localize(None)
    target.parent.mkdir(parents=True)
    write(str(target), frame)
