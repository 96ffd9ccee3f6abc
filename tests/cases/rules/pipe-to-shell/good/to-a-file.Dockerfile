FROM docker.io/library/python:3.12-slim-trixie@sha256:3ecf5ebe01fef4b6e81be34511fb40bf378ea7fd81ab215ba15b2775ef85413d
RUN curl -fsSLo /tmp/i.sh https://example.com/i.sh && echo '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730  /tmp/i.sh' | sha256sum -c - && sh /tmp/i.sh
USER 10001:10001
ENTRYPOINT ["python", "/app/server.py"]
