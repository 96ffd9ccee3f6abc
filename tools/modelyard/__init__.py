"""Modelyard: one manifest per machine-learning model, rendered for every environment it runs in.

The stages are packages, and a value goes down them and never comes back up:
``source`` (bytes to located nodes), ``spec`` (nodes to typed manifests), ``resolve`` (manifest x
environment to a workload), ``targets`` (workload to artifacts), ``write`` (artifacts to disk).
``findings`` is what every stage says when something is wrong; ``cli`` wires them together.
"""

__version__ = "0.1.0"
