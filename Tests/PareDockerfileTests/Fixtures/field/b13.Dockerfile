# Half of a base in an argument.
ARG NODE=node
FROM ${NODE}:20
WORKDIR /srv/shop
COPY . .
CMD ["node", "index.js"]
