# Output and errors thrown away.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get install -y libvips42 > /dev/null 2>&1
CMD ["node", "index.js"]
