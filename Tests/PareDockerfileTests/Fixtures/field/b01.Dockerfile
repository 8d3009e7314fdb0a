# Two package managers in one line.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt update && apt-get install -y libvips42
CMD ["node", "index.js"]
