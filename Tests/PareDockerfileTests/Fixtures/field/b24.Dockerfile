# Packages that are not plain names.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt install -y ./tools/shop.deb curl:amd64 vim-
CMD ["node", "index.js"]
