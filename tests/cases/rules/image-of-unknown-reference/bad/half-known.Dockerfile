ARG VERSION
FROM docker.io/library/python:$VERSION
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
