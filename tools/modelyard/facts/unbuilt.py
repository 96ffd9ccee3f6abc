"""Names of files that no image build is given: caches, histories, and what tends to hold secrets.

They are left out of the hash over a build's inputs, and the rendered ignore file says the same.
"""

from __future__ import annotations

NEVER_BUILT = frozenset(
    (
        ".DS_Store",
        ".env",
        ".git",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        "__pycache__",
    )
)
_NEVER_SUFFIXES = (".pyc", ".pyo", ".pyd")


def is_built(name: str) -> bool:
    """Whether a file or folder of this name becomes a part of the image."""
    return not (name in NEVER_BUILT or name.startswith(".env.") or name.endswith(_NEVER_SUFFIXES))
