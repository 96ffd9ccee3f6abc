"""Stands for Fluent Bit, which is in no package index: starts, keeps running, and ends when it is told to."""

from __future__ import annotations

import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("log router", flush=True)
signal.sigwait([signal.SIGTERM])
