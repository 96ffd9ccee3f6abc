"""A stand-in for a server: nothing of it is run by these tests."""
