# SPDX-License-Identifier: Apache-2.0
# Stand-in for buildpack-deps:bookworm-scm: the version control programs.
FROM docker.io/library/buildpack-deps:bookworm-curl

RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		git \
		mercurial \
		openssh-client \
		subversion \
		procps \
	; \
	rm -rf /var/lib/apt/lists/*
