# A quote behind a backslash.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN echo 'it'\''s # here' && npm ci
CMD ["node", "index.js"]
