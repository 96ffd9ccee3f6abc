"""Programs that a test writes: Python with a first line that works wherever the checkout lies."""

from __future__ import annotations

import sys


def head() -> str:
    """The first lines of such a program. ``#!`` takes no path with a space, so a shell finds the way.

    To Python the second line is a string that means nothing.
    """
    return f"""#!/bin/sh
'''exec' "{sys.executable}" -I "$0" "$@"
' '''
"""
