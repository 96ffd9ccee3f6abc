FROM docker.io/library/python:3.12-today@sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
