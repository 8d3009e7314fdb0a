# Distroless bases.
FROM gcr.io/distroless/nodejs22-debian12
WORKDIR /srv/shop
COPY . .
CMD ["index.js"]
