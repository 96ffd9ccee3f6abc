"""Building the images of models: what to build, from which commit, under which names, and what became of it.

``plan`` decides everything from the repository alone, ``source`` asks Git, ``settings`` collects what pip
needs on this machine, ``batch`` has an engine build, ``bake`` says the same as a file for `docker buildx
bake`, and ``report`` prints. Nothing here decides what is in an image: that is the rendered Dockerfile's.
"""
