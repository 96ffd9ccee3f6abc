FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
ARG RUN_AS
USER $RUN_AS
ENTRYPOINT ["python", "/app/server.py"]
