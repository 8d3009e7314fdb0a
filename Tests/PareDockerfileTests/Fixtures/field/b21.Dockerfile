# Installations that do not begin the line.
FROM node:22-bookworm
WORKDIR /srv/shop
COPY . .
RUN ["apt-get", "install", "-y", "jq"]
RUN sudo apt-get install -y tree
RUN bash -c "apt-get install -y zip"
RUN if true; then apt-get install -y less; fi
RUN (apt-get install -y nano)
CMD ["node", "index.js"]
