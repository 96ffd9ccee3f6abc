"""Rules about instructions of Dockerfiles: what comes into an image, and from where."""
