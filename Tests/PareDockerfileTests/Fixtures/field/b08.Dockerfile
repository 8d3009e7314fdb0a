# A registry of the company.
FROM registry.corp.example/base/runtime:1.2
WORKDIR /srv/shop
CMD ["node", "index.js"]
