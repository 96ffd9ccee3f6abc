"""The gate: what is scanned, by what, and what the answer is."""
