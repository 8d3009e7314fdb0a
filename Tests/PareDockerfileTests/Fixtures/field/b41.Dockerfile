# syntax=docker/dockerfile:1
# Files and mounts of other images.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
COPY --from=nginx:1.27 /etc/nginx/mime.types /srv/shop/mime.types
RUN --mount=from=busybox:1.36,target=/busybox /busybox/bin/true
CMD ["node", "index.js"]
