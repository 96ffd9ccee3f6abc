"""Writes the weights."""

from __future__ import annotations

import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--out", type=Path, required=True)
out: Path = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)
(out / "factor.json").write_text('{"factor": 3}\n')
