# Tar with a long option.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN tar -xzf assets.tgz --strip-components=1 -C /opt/assets
CMD ["node", "index.js"]
