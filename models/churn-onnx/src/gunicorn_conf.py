"""gunicorn's settings for one container: the orchestrator adds replicas, gunicorn only threads."""

import os
import pathlib

chdir = str(pathlib.Path(__file__).resolve().parent)
bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"
workers = int(os.environ.get("WORKERS", "1"))
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 20
keepalive = 65  # outlasts the load balancer's 60 s, which would otherwise reuse a closed connection
# The heartbeat file: in memory, and writable under a read-only root file system.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "info")
