# Tabs between the words.
FROM	node:22	AS	shop
WORKDIR	/srv/shop
COPY	.	.
RUN	npm ci
CMD	["node", "index.js"]
