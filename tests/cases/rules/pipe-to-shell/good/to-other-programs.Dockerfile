FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg && curl -s https://example.com/list | shasum && curl https://example.com/a.tgz | tar xz
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
