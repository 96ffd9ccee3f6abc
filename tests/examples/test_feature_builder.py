"""feature-builder: the job run as a process, on files and on a local S3."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from fastparquet import ParquetFile
from fastparquet import write as write_parquet

from tests.examples.harness import MODELS, environment, local_s3

JOB = MODELS / "feature-builder"
ORDERS = JOB / "sample/orders.csv"
HEADER = "order_id,customer_id,ordered_at,amount,store\n"


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(JOB / "src/build_features.py"), *arguments]
    return subprocess.run(
        command, env=environment(**env), capture_output=True, text=True, timeout=60, check=False
    )


def build(source: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run("--input", str(source), "--output", str(out), "--day", "2026-09-30", *more)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_features_are_what_pandas_free_arithmetic_says(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text(
        HEADER + "a,c1,2026-09-26T10:00:00Z,100,x\nb,c1,2026-09-30T23:59:59Z,50.5,y\n"
        "b,c1,2026-09-30T23:59:59Z,60.5,y\nc,c1,2026-10-01T00:00:00Z,999,z\nd,c2,2026-09-02T23:59:59Z,9,x\n"
    )
    assert build(source, tmp_path / "out", "--format", "csv").returncode == 0
    lines = (tmp_path / "out/day=2026-09-30/features.csv").read_text().splitlines()
    assert lines == [
        "customer_id,days_since_last,mean_order,orders,orders_per_week,spent,stores,weekend_share",
        "c1,0,80.25,2,0.5,160.5,2,0.5",
    ]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    assert build(ORDERS, tmp_path / "out").stdout.startswith("wrote 9 customers")
    before = snapshot(tmp_path / "out")
    assert set(before) == {"day=2026-09-30/features.parquet", "day=2026-09-30/_done.json"}
    assert "up to date" in build(ORDERS, tmp_path / "out").stdout
    assert snapshot(tmp_path / "out") == before


@pytest.mark.parametrize("damage", ["features.parquet", "_done.json"])
def test_what_an_interrupted_run_left_is_repaired(tmp_path: Path, damage: str) -> None:
    build(ORDERS, tmp_path / "out")
    before = {name: data for name, (data, _) in snapshot(tmp_path / "out").items()}
    (tmp_path / "out/day=2026-09-30" / damage).write_bytes(b"half")
    assert "wrote" in build(ORDERS, tmp_path / "out").stdout
    assert {name: data for name, (data, _) in snapshot(tmp_path / "out").items()} == before


def test_csv_gzip_and_parquet_orders_give_the_same_features(tmp_path: Path) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(ORDERS.read_bytes()))
    frame = pd.read_csv(ORDERS).astype(dict.fromkeys(("order_id", "customer_id", "store"), "object"))
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"]).dt.tz_localize(None)
    write_parquet(str(tmp_path / "orders.parquet"), frame)
    outputs = set()
    for source in (ORDERS, tmp_path / "orders.csv.gz", tmp_path / "orders.parquet"):
        out = tmp_path / f"out-{source.suffix}"
        assert build(source, out, "--format", "csv").returncode == 0
        outputs.add((out / "day=2026-09-30/features.csv").read_bytes())
    assert len(outputs) == 1


def test_the_settings_may_come_from_the_environment(tmp_path: Path) -> None:
    env = {"INPUT": str(ORDERS), "OUTPUT": str(tmp_path), "DAY": "2026-09-30", "WINDOW_DAYS": "7"}
    assert run(**env).returncode == 0
    done = json.loads((tmp_path / "day=2026-09-30/_done.json").read_text())
    assert done["recipe"]["window_days"] == 7


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("order_id,amount\n1,2\n", "missing columns"),
        (HEADER + "a,c,yesterday,1,x\n", "ordered_at"),
        (HEADER + "a,c,2026-09-01T00:00:00Z,-1,x\n", "negative"),
        (HEADER + "a,c,2026-09-01T00:00:00Z,inf,x\n", "not finite"),
        ("", "cannot be read"),
    ],
    ids=["columns", "date", "negative", "infinite", "empty"],
)
def test_unusable_orders_write_nothing(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "orders.csv").write_text(content)
    done = build(tmp_path / "orders.csv", tmp_path / "out")
    assert (done.returncode, expected in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["orders.parquet", "orders.csv.gz"])
def test_a_damaged_file_is_a_short_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not what the name says")
    done = build(tmp_path / name, tmp_path / "out")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize("wrong", [["--day", "tomorrow"], ["--window-days", "0"], ["--format", "xml"], []])
def test_wrong_arguments_exit_with_2(tmp_path: Path, wrong: list[str]) -> None:
    common = ["--input", str(ORDERS), "--output", str(tmp_path)] if wrong else []
    assert run(*common, *wrong).returncode == 2


def test_orders_and_features_may_be_in_s3() -> None:
    with local_s3("us-east-1") as (env, client):
        client.create_bucket(Bucket="acme-data")
        client.put_object(Bucket="acme-data", Key="raw/orders.csv", Body=ORDERS.read_bytes())
        arguments = [
            "--input",
            "s3://acme-data/raw/orders.csv",
            "--output",
            "s3://acme-data/f",
            "--day",
            "2026-09-30",
        ]
        assert "wrote 9" in run(*arguments, **env).stdout
        assert "up to date" in run(*arguments, **env).stdout
        written = client.get_object(Bucket="acme-data", Key="f/day=2026-09-30/features.parquet")[
            "Body"
        ].read()
        assert len(ParquetFile(io.BytesIO(written)).to_pandas()) == 9
        gone = ["--input", "s3://acme-data/raw/absent.csv", *arguments[2:]]
        assert "does not exist" in run(*gone, **env).stderr
