# SPDX-License-Identifier: Apache-2.0
# Stand-in for buildpack-deps:bookworm-curl: what fetches and checks a download.
FROM docker.io/library/debian:bookworm

RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		ca-certificates \
		curl \
		gnupg \
		netbase \
		sq \
		wget \
	; \
	rm -rf /var/lib/apt/lists/*
