# Bases with variants of their own.
FROM quay.io/centos/centos:stream9 AS one
RUN dnf install -y git
FROM php:8.2-fpm-alpine AS two
RUN apk add git
FROM tomcat:10-jdk17
COPY --from=one /usr/bin/git /tmp/git
