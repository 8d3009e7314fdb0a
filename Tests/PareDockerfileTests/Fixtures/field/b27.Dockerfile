# Packages taken away.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get build-dep -y nodejs && apt-get purge -y perl && apt-get autoremove -y
RUN dpkg -i tools/shop.deb || apt-get -f install
CMD ["node", "index.js"]
