"""Typed specifications: what may be written in YAML, as frozen types with their descriptions.

These types are the single source: the decoder, the JSON Schemas and the reference pages are made
from them.
"""
