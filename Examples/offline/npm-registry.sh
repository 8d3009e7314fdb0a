#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command with an npm registry that container builds can reach; see usage() and README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source-path=SCRIPTDIR
. "$here/steps.sh"

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/pare-examples
readonly registry=$cache/npm-registry
# To be raised when the registry's contents change with this script.
readonly edition=2
# Several suites hold several versions of a package, so that there is something to update to. The first one's are
# `latest`: like most applications, the example then starts with versions that are no longer the newest.
readonly suites=(bookworm trixie sid bullseye)

ask=yes

usage() {
	cat <<'EOF'
usage: npm-registry.sh [--stand-in] run -- COMMAND...
       npm-registry.sh build

run: if the npm registry of this machine's npm settings (registry.npmjs.org unless you changed it) answers, COMMAND
runs with it. Otherwise COMMAND runs with a stand-in on 127.0.0.1 that offers Debian's node packages, and the exit
status is COMMAND's. PARE_BUILD_OPTIONS tells COMMAND the options by which `buildah build` or `podman build` uses
the registry; pare passes them on by itself.

build: only makes the stand-in, which `run` does when it is needed. It is kept in ~/.cache/pare-examples.

  --stand-in   do not ask for another registry first
EOF
}

# --- the registry that npm would use

configured_registry() {
	local url=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}
	if [[ -z $url ]] && has npm; then
		url=$(npm config get registry 2>/dev/null) || url=
	fi
	echo "${url:-https://registry.npmjs.org/}"
}

# Without a network this must not hang, so the answer has to come soon.
answers() {
	if has curl; then
		curl --fail --silent --output /dev/null --location --connect-timeout 5 --max-time 15 "${1%/}/-/ping"
	else
		python3 -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=5)' "${1%/}/-/ping" 2>/dev/null
	fi
}

# --- making the stand-in

# unpack SUITE: the node packages of a Debian suite, without installing anything
# Debian's qs comes with 11 MB of logos, which npm's has not.
unpack() {
	# A machine's clock, or a frozen copy of the archive, may be off from the archive's dates. That is no harm here.
	TMPDIR=$scratch mmdebstrap --variant=extract --format=tar --aptopt='Acquire::Check-Valid-Until "false"' \
		--include=node-express,node-cors,node-morgan,node-debug,ts-node,node-typescript,node-types-node \
		"$1" - "deb http://deb.debian.org/debian $1 main" |
		tar -x -C "$scratch/$1" --exclude='./usr/share/nodejs/*/logos' --wildcards ./usr/share/nodejs ./usr/share/javascript './usr/lib/*nodejs'
}

pack() {
	local suite words=()
	for suite in "${suites[@]}"; do
		words+=(--suite "$suite=$scratch/$suite")
	done
	# @types/mime 4 is an empty package: tsc would not find the types that @types/send takes from it.
	# Debian's express 4.21.2 is patched to need mime 3 and does not say so.
	python3 "$here/npm_registry.py" build --out "$scratch/npm-registry" "${words[@]}" \
		--exclude @types/mime@4.0.0 --add express@4.21.2:mime@^3.0.0 \
		--want express --want cors --want morgan --want debug \
		--want ts-node --want typescript --want @types/node --want @types/express
}

cleanup() {
	trap '' HUP INT TERM
	stop_started
	remove_scratch
}

is_built() { [[ $(cat "$registry/edition" 2>/dev/null) == "$edition" ]]; }

build() {
	need mmdebstrap python3 flock
	mkdir -p "$cache"
	exec 9>"$cache/npm-registry.lock"
	flock 9 # two at a time would do the same work
	if ! is_built; then
		on_stop cleanup
		# In the cache's own file system: the finished folder is then moved into place in one step.
		scratch=$(mktemp -d "$cache/npm-registry.XXXXXX")
		build_in_scratch
		cleanup
		trap - EXIT HUP INT TERM
	fi
	exec 9>&-
}

build_in_scratch() {
	say "building a stand-in from the node packages of Debian ${suites[*]} (about a minute, once)"
	unpack_all
	say "$(pack)"
	echo "$edition" >"$scratch/npm-registry/edition"
	rm -rf "$registry"
	mv "$scratch/npm-registry" "$registry"
	say "done in $SECONDS s: $registry"
}

unpack_all() {
	local suite i=0
	for suite in "${suites[@]}"; do
		mkdir "$scratch/$suite"
		start "$scratch/$suite.log" unpack "$suite"
	done
	for suite in "${suites[@]}"; do
		await "getting Debian $suite's packages" "$scratch/$suite.log" "${groups[i]}"
		i=$((i + 1))
	done
}

# --- running with it

run() {
	local url
	url=$(configured_registry)
	if [[ $ask == no ]] || ! answers "$url"; then
		if [[ $ask == yes ]]; then
			say "$url cannot be reached: npm gets a stand-in made of Debian's packages"
		fi
		has buildah || has podman || die "the stand-in works with buildah or podman, and neither is here"
		if ! is_built; then
			build
		fi
		exec python3 "$here/npm_registry.py" run --dir "$registry" -- "$@"
	fi
	if [[ ${url%/} == https://registry.npmjs.org ]] || ! { has buildah || has podman; }; then
		exec "$@"
	fi
	exec python3 "$here/npm_registry.py" run --registry "$url" -- "$@"
}

main() {
	if [[ ${1:-} == --stand-in ]]; then
		ask=no
		shift
	fi
	case ${1:-} in
	build)
		(($# == 1)) || { usage >&2 && exit 2; }
		build
		;;
	run)
		shift
		[[ ${1:-} != -- ]] || shift
		(($# > 0)) || { usage >&2 && exit 2; }
		run "$@"
		;;
	-h | --help) usage ;;
	*) usage >&2 && exit 2 ;;
	esac
}

main "$@"
