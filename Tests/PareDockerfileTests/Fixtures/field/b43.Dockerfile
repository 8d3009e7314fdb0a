# The interpreter named in the command.
FROM node:22
WORKDIR /srv/shop
COPY . .
ENTRYPOINT ["node"]
CMD ["server.js"]
