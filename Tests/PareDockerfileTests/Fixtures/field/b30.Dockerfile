# A user in two groups.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN useradd -m -u 1000 -G audio,video shop && chown -R shop /srv/shop
USER shop
CMD ["node", "index.js"]
