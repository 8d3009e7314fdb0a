# What needs a shell.
FROM node:22
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /srv/shop
COPY . .
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/health || exit 1
CMD npm start
