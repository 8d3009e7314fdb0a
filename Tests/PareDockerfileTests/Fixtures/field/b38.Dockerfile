# Comments between continued lines.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN npm ci && \
    # the next one takes long
    npm run assets && \

    echo done
CMD ["node", "index.js"]
