"""Runs what was built: starts a model hardened as in production, asks it, measures it, and takes it away.

``plan`` decides from a workload what is started and in which order, ``containers`` and ``processes`` are the
two places where it can be, and ``trial`` is the order of events: start, healthy, sample, figures, stop.
"""
