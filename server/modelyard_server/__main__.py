"""`python -m modelyard_server serve`."""

from __future__ import annotations

import sys

from modelyard_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
