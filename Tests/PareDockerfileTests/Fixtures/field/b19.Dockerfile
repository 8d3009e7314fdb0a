# A product with a near name.
FROM redis:7
COPY redis.conf /etc/redis.conf
CMD ["redis-server", "/etc/redis.conf"]
