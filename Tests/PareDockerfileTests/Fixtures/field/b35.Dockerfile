# Tar with exclusions.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN tar --exclude=.git --transform s/a/b/ -cf /tmp/all.tar .
CMD ["node", "index.js"]
