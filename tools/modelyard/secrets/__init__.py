"""Finds credentials in text and in structured values, and never repeats one: fingerprints and hints only."""
