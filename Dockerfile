# The agent and the receiver in one image. Build:  docker build -t nagtail .
# Agent:     docker run -v /var/log:/var/log:ro -v nagtail:/var/lib/nagtail -v ./etc:/etc/nagtail:ro nagtail
# Receiver:  docker run -p 5667:5667 … --entrypoint /opt/nagtail/scripts/nagtail-shim nagtail run
FROM node:24-slim AS packages
WORKDIR /opt/nagtail
COPY package.json package-lock.json .npmrc ./
# The image has a Node.js of its own: the packages that bring one are left out.
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
# Rules may hold Perl code; without perl only those rules are dropped.
RUN apt-get update && apt-get install -y --no-install-recommends perl-base \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/nagtail
COPY --from=packages /opt/nagtail/node_modules node_modules
COPY package.json LICENSE ./
COPY agent agent
COPY platform platform
COPY protocol protocol
COPY senders senders
COPY server-shim server-shim
COPY scripts/find-node scripts/nagtail scripts/nagtail-shim scripts/
RUN mkdir -p /var/lib/nagtail /var/lib/nagtail-shim \
  && chown 65532:65532 /var/lib/nagtail /var/lib/nagtail-shim
USER 65532:65532
VOLUME ["/var/lib/nagtail", "/var/lib/nagtail-shim"]
EXPOSE 5667
LABEL org.opencontainers.image.title="nagtail" \
  org.opencontainers.image.description="Follows logs, correlates with SEC rules, reports to Nagios" \
  org.opencontainers.image.licenses="MIT"
ENTRYPOINT ["/opt/nagtail/scripts/nagtail"]
CMD ["run"]
