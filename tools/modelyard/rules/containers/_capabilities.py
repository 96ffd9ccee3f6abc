"""Which capabilities of Linux mean what: https://man7.org/linux/man-pages/man7/capabilities.7.html."""

from __future__ import annotations

# With each of these alone, ways out of a container to the host's kernel or files are known.
HOST = frozenset(
    {
        "ALL",
        "BPF",
        "DAC_READ_SEARCH",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_MODULE",
        "SYS_PTRACE",
        "SYS_RAWIO",
    }
)
# The only one that the Pod Security Standard `restricted` lets in: to listen on ports below 1024.
HARMLESS = frozenset({"NET_BIND_SERVICE"})
