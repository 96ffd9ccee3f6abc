#syntax = example/dockerfile:latest
FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d AS build
COPY ["requirements.lock", "/build/requirements.txt"]
RUN --mount=type=secret,id=pipconf,target=/etc/pip.conf \
    python -m venv /opt/venv && \
    /opt/venv/bin/python -m pip install --require-hashes --only-binary=:all: --requirement /build/requirements.txt

FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home app
RUN install -d -o 10001 -g 10001 /opt/ml/model
ENV HOME=/tmp PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY --chown=root:root --chmod=755 ["src/", "/app/"]
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s CMD ["python", "/app/check.py"]
ENTRYPOINT ["/opt/venv/bin/python", "/app/server.py"]
