# A trigger.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
ONBUILD RUN apt-get update && apt-get install -y git
CMD ["node", "index.js"]
