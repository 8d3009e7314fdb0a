# Users made in other ways.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN /usr/sbin/useradd --uid=1100 shop
RUN usermod -aG audio shop && chsh -s /bin/sh shop
USER shop:audio
CMD ["node", "index.js"]
