FROM docker.io/library/python:3.12-tomorrow@sha256:0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
