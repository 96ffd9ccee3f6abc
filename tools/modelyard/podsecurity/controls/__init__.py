"""The controls, one module each or one for a family on the same field."""
