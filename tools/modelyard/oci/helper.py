"""``docker-credential-NAME get``: a program of the user's that knows a password."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_FOUND = "credentials not found in native keychain"


class HelperFailed(Exception):
    """The helper cannot be asked, or its answer not be used. The message repeats nothing that it printed."""


def ask_helper(name: str, server: str, environ: Mapping[str, str], seconds: float) -> tuple[str, str] | None:
    """Name and secret for ``server``, or None where the helper knows none. Raises HelperFailed."""
    import subprocess

    if not _NAME.fullmatch(name):
        raise HelperFailed("the configuration names a credential helper that cannot be one")
    program = f"docker-credential-{name}"
    try:
        process = subprocess.Popen(
            [program, "get"],  # looked for on the PATH of ``env``
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise HelperFailed(f"{program} is not on PATH") from error
    except OSError as error:
        raise HelperFailed(f"{program} cannot be started: {error.strerror}") from error
    try:
        printed, _ = process.communicate(server.encode(), timeout=seconds)
    except BaseException as error:
        # With all that it started: its children may hold the pipes open.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise HelperFailed(f"{program} did not answer within {seconds:g} seconds") from error
        raise
    return _answer(program, process.returncode, printed)


def _answer(program: str, code: int, printed: bytes) -> tuple[str, str] | None:
    text = printed.decode(errors="replace").strip()
    if code != 0:
        if _NOT_FOUND in text:
            return None
        raise HelperFailed(f"{program} failed with exit code {code}")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        raise HelperFailed(f"{program} printed something that is not JSON") from None
    if not isinstance(answer, dict):
        raise HelperFailed(f"{program} printed no JSON object")
    user, secret = answer.get("Username"), answer.get("Secret")
    if not isinstance(user, str) or not isinstance(secret, str):
        raise HelperFailed(f"{program} printed no Username and Secret")
    return user, secret
