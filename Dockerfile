# The image of cumulus-api: docker build --tag cumulus-api .
# How to use it: docs/how-to/container.md.

# Any image with Node.js 20.19 or newer, npm and a shell.
ARG BASE=node:24.21.0-slim

FROM ${BASE} AS build
WORKDIR /cumulus
COPY . .
# "build" builds the packages here; "built" takes them as they are built in the clone.
ARG PACKAGES=build
RUN case "$PACKAGES" in build) npm ci && npm run build ;; built) ;; *) echo "PACKAGES is build or built" >&2; exit 1 ;; esac
# A clone may be private to its owner; the image has to be readable by any user.
RUN node scripts/production-tree.mjs /opt/cumulus-api && chmod -R a+rX /opt/cumulus-api

FROM ${BASE}
LABEL org.opencontainers.image.title="cumulus-api" \
      org.opencontainers.image.description="Backup, recovery and HTTP API of Cumulus metadata in DynamoDB" \
      org.opencontainers.image.source="https://github.com/nasa/cumulus" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/cumulus-api /opt/cumulus-api
# /home/cumulus is the home of any user that --user names.
RUN ln -s /opt/cumulus-api/packages/api/bin/cumulus-api.js /usr/local/bin/cumulus-api && mkdir --mode=755 /home/cumulus /data
ENV HOME=/home/cumulus NODE_ENV=production
WORKDIR /data
# A read-only container writes its temporary files here. Fargate gives the volume the owner and mode that the folder has.
VOLUME /tmp
USER 1000:1000
ENTRYPOINT ["cumulus-api"]
CMD ["--help"]
