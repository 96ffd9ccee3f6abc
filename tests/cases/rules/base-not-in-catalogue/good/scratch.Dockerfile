FROM scratch
COPY bin/server /server
USER 10001
ENTRYPOINT ["/server"]
