# SPDX-License-Identifier: Apache-2.0
# Stand-in for the official python image: CPython as its authors release it, built on top of buildpack-deps.
FROM docker.io/library/buildpack-deps:bookworm

ENV PATH /usr/local/bin:$PATH
ENV LANG C.UTF-8

RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		libbluetooth-dev \
		tk-dev \
		uuid-dev \
	; \
	rm -rf /var/lib/apt/lists/*

ENV PYTHON_VERSION 3.11.2

# Debian's archive keeps the authors' archive beside its own changes, which are left out here.
RUN set -eux; \
	sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
	apt-get update; \
	cd /tmp; \
	apt-get source --download-only --tar-only python3.11; \
	mkdir -p /usr/src/python; \
	tar -xf python3.11_*.orig.tar.?z -C /usr/src/python --strip-components=1; \
	rm -rf /tmp/python3.11_* /var/lib/apt/lists/*; \
	sed -i 's/^Types: deb deb-src$/Types: deb/' /etc/apt/sources.list.d/debian.sources; \
	cd /usr/src/python; \
	./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" \
		--enable-loadable-sqlite-extensions --enable-shared --with-ensurepip; \
	make -s -j "$(nproc)" LDFLAGS="-Wl,-rpath='\$\$ORIGIN/../lib'"; \
	make -s install; \
	cd /; \
	rm -rf /usr/src/python; \
	find /usr/local -depth \
		\( \( -type d -a \( -name test -o -name tests -o -name idle_test \) \) \
		-o \( -type f -a \( -name '*.pyc' -o -name '*.pyo' -o -name 'libpython*.a' \) \) \) \
		-exec rm -rf '{}' +; \
	ldconfig; \
	for name in idle3 pip3 pydoc3 python3 python3-config; do \
		ln -s "$name" "/usr/local/bin/$(echo "$name" | tr -d 3)"; \
	done; \
	python --version; \
	pip --version

CMD ["python3"]
