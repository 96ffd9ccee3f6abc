"""Keeping the catalogue of base images true: what registries say of it today, and taking that over.

``survey`` asks the registry of each entry, ``check`` says what somebody must act on, ``bump`` decides which
new digests may be taken, ``edit`` puts them into Dockerfiles/base-images.yaml and leaves every other byte
as it is. The clock is always given.
"""
