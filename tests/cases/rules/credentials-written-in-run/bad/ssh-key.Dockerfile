FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN mkdir -p ~/.ssh && echo "$SSH_KEY" > ~/.ssh/id_ed25519 && chmod 600 ~/.ssh/id_ed25519  # expect
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
