# A repository added by hand.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-key add key.asc
RUN echo deb https://packages.example.com stable main > /etc/apt/sources.list.d/shop.list
RUN apt-mark hold libc6 && dpkg-reconfigure tzdata
CMD ["node", "index.js"]
