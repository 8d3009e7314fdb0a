# Packages that other systems do not have.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get install -y chromium default-mysql-client
CMD ["node", "index.js"]
