# Output through a pipe.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get install -y libvips42 | tee /tmp/install.log
CMD ["node", "index.js"]
