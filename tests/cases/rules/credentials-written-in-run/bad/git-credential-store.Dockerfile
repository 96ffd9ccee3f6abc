FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN git config --global credential.helper store && git config --global url."https://$TOKEN@git.example.com/".insteadOf https://git.example.com/  # expect
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
