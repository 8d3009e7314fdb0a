# A user without a password.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN useradd shop
USER shop
RUN npm ci
CMD ["node", "index.js"]
