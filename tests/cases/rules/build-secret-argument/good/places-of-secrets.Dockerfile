FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
ENV DB_PASSWORD_FILE=/run/secrets/db TOKEN_PATH=/run/secrets/t SECRET_ARN=arn:aws:secretsmanager:eu-west-1:111122223333:secret:x API_TOKEN=/run/secrets/api
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
