ARG TAG=3.12-slim
FROM docker.io/library/python:${TAG}
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
