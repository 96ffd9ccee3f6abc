"""A stand-in for a job: nothing of it is run by these tests."""
