"""Scanners that others make, each started as a program: found, fed a clean copy, watched, and disbelieved.

``api`` says what a scanner is; a module beside it with a ``SCANNER`` is one. ``run`` runs them all and
proves that they read what they should have. Whatever does not go as it should is a detection.
"""
