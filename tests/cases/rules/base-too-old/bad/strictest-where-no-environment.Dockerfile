FROM docker.io/library/python:3.12-aging@sha256:0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
