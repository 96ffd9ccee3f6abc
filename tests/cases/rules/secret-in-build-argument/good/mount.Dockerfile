FROM python:3
ARG INDEX=https://pypi.example.com/simple
RUN --mount=type=secret,id=token,env=TOKEN pip install iris
