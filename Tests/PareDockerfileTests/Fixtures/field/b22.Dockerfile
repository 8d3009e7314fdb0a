# syntax=docker/dockerfile:1
# A cache for the packages.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y libvips42
RUN --mount=type=cache,target=/root/.npm npm ci
CMD ["node", "index.js"]
