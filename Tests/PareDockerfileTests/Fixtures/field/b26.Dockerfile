# A repository of its own.
FROM node:22-alpine3.20
WORKDIR /srv/shop
COPY . .
RUN apk add --repository https://packages.example.com/edge vips
CMD ["node", "index.js"]
