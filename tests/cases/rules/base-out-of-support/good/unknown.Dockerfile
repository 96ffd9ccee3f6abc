FROM docker.io/example/model-server:1.0.0@sha256:1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
