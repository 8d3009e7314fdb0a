# A base of two arguments without values.
ARG REGISTRY
ARG TAG
FROM ${REGISTRY}/node:${TAG}
WORKDIR /srv/shop
CMD ["node", "index.js"]
