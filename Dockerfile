# The agent and the receiver in one image, made of the tarball of scripts/package:
#
#   scripts/package --only=tar
#   docker build -t nagtail .
#
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges --init \
#     --group-add="$(getent group adm | cut -d: -f3)" -v /var/log:/var/log:ro \
#     -v nagtail:/var/lib/nagtail -v ./etc:/etc/nagtail:ro --tmpfs /tmp nagtail
#   docker run … -p 5668:5668 -v nagtail-shim:/var/lib/nagtail-shim \
#     -v ./etc-shim:/etc/nagtail-shim:ro -v /var/lib/nagios4/rw:/var/lib/nagios4/rw nagtail nagtail-shim run
#
# Logs keep their paths, so that the names in results are true. --init reaps what rules start.

# Pin it by its digest where builds must not change: --build-arg BASE=debian@sha256:…
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS unpacked
ARG TARGETARCH=amd64
COPY dist/nagtail-*-linux-*.tar.gz /tmp/
RUN mkdir -p /files/opt/nagtail /files/var/lib/nagtail /files/var/lib/nagtail-shim \
  && tar -xzf /tmp/nagtail-*-linux-"$(echo "$TARGETARCH" | sed s/amd64/x64/)".tar.gz \
    --strip-components=1 -C /files/opt/nagtail \
  && chmod 0750 /files/var/lib/nagtail /files/var/lib/nagtail-shim \
  && chown 65532:65532 /files/var/lib/nagtail /files/var/lib/nagtail-shim

# Debian brings the perl that rules with Perl code run in, and libstdc++ for Node.js comes with apt.
FROM ${BASE}
COPY --from=unpacked /files /
ENV PATH=/opt/nagtail/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER 65532:65532
VOLUME ["/var/lib/nagtail", "/var/lib/nagtail-shim"]
EXPOSE 5667 5668 8443
# Each container runs one of the two, and is well when that one says so.
HEALTHCHECK --interval=30s --timeout=10s --start-period=15s \
  CMD if [ -e /var/lib/nagtail-shim/status.sock ]; then exec nagtail-shim check self --quiet; \
    else exec nagtail check self --quiet; fi
LABEL org.opencontainers.image.title="nagtail" \
  org.opencontainers.image.description="Follows logs, correlates with SEC rules, reports to Nagios; and the receiver" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.authors="nagtail developers <developers@nagtail.invalid>" \
  org.opencontainers.image.url="https://nagtail.invalid/" \
  org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
CMD ["nagtail", "run"]
