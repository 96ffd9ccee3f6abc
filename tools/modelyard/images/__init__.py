"""The scan pass on an image: what is in it, what is known of that, and how it is configured.

An image is fetched by us and held against its digest to the last byte, then trivy looks at that copy without
network and without credentials; its database is fetched and checked by us too. ``gate/image.py`` puts the
parts together.
"""
