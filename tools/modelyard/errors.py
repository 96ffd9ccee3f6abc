"""What a command says when it was used wrongly; raised anywhere, caught by ``modelyard.cli`` alone."""

from __future__ import annotations


class UsageError(Exception):
    """The command line asks for something that is not there; the message says what to write instead."""
