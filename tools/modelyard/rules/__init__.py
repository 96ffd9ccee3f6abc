"""Rules of our own: one small module each, found by being there."""
