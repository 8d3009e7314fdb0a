# Headers and not libraries.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get install -y libssl-dev libsqlite3-dev protobuf-compiler && npm ci
CMD ["node", "index.js"]
