# A user with a shell.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN useradd -ms /bin/bash shop
USER shop
CMD ["node", "index.js"]
