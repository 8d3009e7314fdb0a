# A quoted base in an argument.
ARG BASE="node:18"
FROM ${BASE}
WORKDIR /srv/shop
COPY . .
CMD ["node", "index.js"]
