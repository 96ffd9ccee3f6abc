FROM python:3
ARG ADMIN_PASSWORD="changeme"
