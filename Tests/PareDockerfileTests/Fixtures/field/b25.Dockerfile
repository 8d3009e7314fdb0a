# Build tools taken away again.
FROM node:22-alpine
WORKDIR /srv/shop
COPY . .
RUN apk add --virtual .build-deps g++ make && npm ci && apk del .build-deps
CMD ["node", "index.js"]
