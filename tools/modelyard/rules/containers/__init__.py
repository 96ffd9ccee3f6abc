"""Rules about containers on every platform: users, rights, the host, limits, probes, logs."""
