# syntax=docker/dockerfile:1
# A dockerfile inside a here-document.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
COPY <<INNER /srv/shop/template/Dockerfile
FROM alpine:3
RUN apk add curl
INNER
CMD ["node", "index.js"]
