FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
COPY --from=docker.io/library/python:3.12-old@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a /usr/bin/tool /usr/bin/tool
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
