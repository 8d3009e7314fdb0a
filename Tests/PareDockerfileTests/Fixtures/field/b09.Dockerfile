# A stage by its number.
FROM node:22 AS first
WORKDIR /srv/shop
COPY . .
FROM 0 AS second
RUN npm ci
CMD ["node", "index.js"]
