# A redirection without a blank.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN apt-get update && apt-get install -qq -y libvips42 >/dev/null
CMD ["node", "index.js"]
