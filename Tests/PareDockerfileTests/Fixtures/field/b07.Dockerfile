# A registry with a port.
FROM localhost:5000/team/shop:1.2
WORKDIR /srv/shop
CMD ["node", "index.js"]
