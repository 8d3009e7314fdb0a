# A fragment in an address.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN curl -O https://example.com/page.html#part && npm ci
CMD ["node", "index.js"]
