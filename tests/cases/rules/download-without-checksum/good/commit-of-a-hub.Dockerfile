FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN huggingface-cli download BAAI/bge-small-en-v1.5 --revision 1f0e3dad99908345f7439f8ffabdffc4e5d8a3b2 --local-dir /opt/ml/model
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
