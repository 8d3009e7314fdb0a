# The package of user tools.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get install -y passwd && groupadd shop
CMD ["node", "index.js"]
