# A stage called as its base.
FROM node:20 AS node
WORKDIR /srv/shop
COPY . .
CMD ["node", "index.js"]
