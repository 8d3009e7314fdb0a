#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command so that pip in container builds uses this machine's package index; see usage() and README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source-path=SCRIPTDIR
. "$here/steps.sh"

usage() {
	cat <<'EOF'
usage: pip-index.sh run -- COMMAND...

Runs COMMAND with PARE_BUILD_OPTIONS by which pip in `buildah build` or `podman build` gets this machine's pip settings:
its package index, and the certificates that it trusts. Where pip has none of its own, COMMAND just runs. The exit
status is COMMAND's.
EOF
}

# setting NAME: as pip on this machine has it, from its files or its environment; the last one counts
setting() {
	python3 -m pip config list 2>/dev/null | sed -n "s/^[^=]*\\.$1='\\(.*\\)'\$/\\1/p" | tail -n 1
}

# write_settings FOLDER: pip.conf, and ca.crt where certificates are named; fails where there is nothing to say
write_settings() {
	local name value cert said=1
	echo '[global]' >"$1/pip.conf"
	for name in index-url extra-index-url trusted-host proxy; do
		value=$(setting "$name")
		[[ -n $value ]] || continue
		echo "$name = $value" >>"$1/pip.conf"
		said=0
	done
	cert=$(setting cert)
	cert=${cert:-${SSL_CERT_FILE:-}}
	if [[ -f $cert ]]; then
		cp -L "$cert" "$1/ca.crt"
		# The file that the base's own certificates are in: nothing new stays in the image.
		echo 'cert = /etc/ssl/certs/ca-certificates.crt' >>"$1/pip.conf"
		said=0
	fi
	return "$said"
}

cleanup() {
	trap '' HUP INT TERM
	remove_scratch
}

run() {
	local place=${TMPDIR:-/tmp} options
	has buildah || has podman || exec "$@"
	# The options are separated by blanks, so the folder's name must have none.
	[[ $place != *[[:space:]]* ]] || place=/tmp
	on_stop cleanup
	scratch=$(mktemp -d "$place/pare-pip.XXXXXX")
	chmod 755 "$scratch"
	if write_settings "$scratch"; then
		options="--volume=$scratch/pip.conf:/etc/pip.conf:ro"
		if [[ -f $scratch/ca.crt ]]; then
			options+=" --volume=$scratch/ca.crt:/etc/ssl/certs/ca-certificates.crt:ro"
		fi
		export PARE_BUILD_OPTIONS="${PARE_BUILD_OPTIONS:-} $options"
	fi
	"$@"
}

main() {
	case ${1:-} in
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
