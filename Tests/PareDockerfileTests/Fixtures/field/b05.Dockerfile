# syntax=docker/dockerfile:1
# A script as here-document.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN <<SETUP
apt-get update
apt-get install -y libvips42
SETUP
CMD ["node", "index.js"]
