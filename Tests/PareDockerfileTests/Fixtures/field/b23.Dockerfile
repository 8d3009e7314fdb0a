# Options with values.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get install -y -t bookworm-backports -o Dpkg::Options::="--force-confold" libvips42
CMD ["node", "index.js"]
