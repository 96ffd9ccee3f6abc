"""The nightly job: orders in, one day's customer features out.

    python /app/build_features.py --input s3://raw/orders.parquet --output s3://features/customers

Writes `<output>/day=<day>/features.<format>` and then `_done.json`, which holds the checksums of what was
read and written. A second run over the same input finds that file and changes nothing; over corrected input,
it replaces both. So the job may be retried, run twice, or interrupted at any moment.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
from features import BadInput, build, clean
from storage import StorageError, read, read_if_there, write

VERSION = 1  # of the features' definition: raising it rebuilds days that were done before


def main(argv: list[str] | None = None) -> int:
    """Exit code 0: built, or already there; 1: the input or a location is unusable; 2: wrong arguments."""
    options = arguments(argv)
    try:
        message = run(options.input, options.output, options.day, options.window_days, options.format)
    except (BadInput, StorageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(message)
    return 0


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Each option has an environment variable, which is what schedulers set most easily."""
    env = os.environ
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    parser = argparse.ArgumentParser(description="Build one day's customer features.")
    parser.add_argument(
        "--input", default=env.get("INPUT"), help="orders: .csv, .csv.gz or .parquet [$INPUT]"
    )
    parser.add_argument("--output", default=env.get("OUTPUT"), help="folder or prefix [$OUTPUT]")
    parser.add_argument("--day", type=iso_date, default=env.get("DAY") or yesterday,
                        help="last day of the window, UTC [$DAY, or yesterday]")  # fmt: skip
    parser.add_argument("--window-days", type=window, default=env.get("WINDOW_DAYS") or "28", metavar="N",
                        help="1 to 366 [$WINDOW_DAYS, or 28]")  # fmt: skip
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    options = parser.parse_args(argv)
    if not options.input or not options.output:
        parser.error("--input and --output are required")
    return options


def iso_date(text: str) -> date:
    """A day as 2026-10-01."""
    return date.fromisoformat(text)


def window(text: str) -> int:
    """A number of days."""
    days = int(text)
    if not 1 <= days <= 366:
        raise ValueError(text)
    return days


def run(source: str, output: str, day: date, window_days: int, form: str) -> str:
    """Build a day unless it is done; returns what to tell the log. Raises BadInput, StorageError."""
    folder = f"{output.rstrip('/')}/day={day.isoformat()}"
    data = read(source)
    recipe = {"input_sha256": digest(data), "window_days": window_days, "format": form, "version": VERSION}
    if is_done(folder, recipe):
        return f"{folder} is up to date"
    table = build(clean(decode(source, data)), day, window_days)
    encoded = encode(table, form)
    write(f"{folder}/features.{form}", encoded)
    done = {"recipe": recipe, "rows": len(table), "output_sha256": digest(encoded)}
    write(f"{folder}/_done.json", (json.dumps(done, indent=2, sort_keys=True) + "\n").encode())
    return f"wrote {len(table)} customers to {folder}"


def is_done(folder: str, recipe: dict[str, object]) -> bool:
    """Whether this very recipe was run to its end and its output is still what was written."""
    marker = read_if_there(f"{folder}/_done.json")
    if marker is None:
        return False
    try:
        done = json.loads(marker)
        if done["recipe"] != recipe:
            return False
        expected = done["output_sha256"]
    except (ValueError, KeyError, TypeError):
        return False  # not written by this job: build again
    written = read_if_there(f"{folder}/features.{recipe['format']}")
    return written is not None and digest(written) == expected


def decode(location: str, data: bytes) -> pd.DataFrame:
    """Orders as text columns (CSV) or as typed ones (Parquet). Raises BadInput."""
    try:
        if location.endswith(".parquet"):
            if not data.startswith(b"PAR1"):
                raise BadInput(f"{location} is not Parquet")
            from fastparquet import ParquetFile

            frame: pd.DataFrame = ParquetFile(io.BytesIO(data)).to_pandas()
            return frame
        if location.endswith(".gz"):
            data = gzip.decompress(data)
        return pd.read_csv(io.BytesIO(data), dtype="string")
    except BadInput:
        raise
    except Exception as error:  # the readers raise whatever a damaged file makes them stumble over
        raise BadInput(f"{location} cannot be read: {error}") from error


def encode(table: pd.DataFrame, form: str) -> bytes:
    """The output file's bytes, the same for the same table."""
    if form == "csv":
        return table.to_csv(index=False, lineterminator="\n").encode()
    from fastparquet import write as write_parquet

    with tempfile.TemporaryDirectory() as folder:  # fastparquet writes to paths only
        path = Path(folder) / "features.parquet"
        write_parquet(str(path), table, compression="GZIP", write_index=False, object_encoding="utf8")
        return path.read_bytes()


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
