ARG BASE
FROM ${BASE}
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
