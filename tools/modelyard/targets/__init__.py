"""Targets: what workloads are rendered for. Each is a folder with a ``TARGET``; see docs/add-a-target.md."""
