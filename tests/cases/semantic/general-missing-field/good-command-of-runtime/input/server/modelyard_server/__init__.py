"""Stands for the model server."""
