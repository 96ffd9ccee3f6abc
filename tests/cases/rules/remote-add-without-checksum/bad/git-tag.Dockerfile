FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
ADD https://github.com/example/models.git#v1.4 /src
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
