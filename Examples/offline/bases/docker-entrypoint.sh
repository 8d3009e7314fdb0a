#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stand-in for the entry point of the official image: words that are no program on the PATH are for node.
set -e

# An option, no command at all, or a file that cannot be executed: node runs it.
case "${1:-}" in
'' | -*) set -- node "$@" ;;
*)
	if ! command -v "$1" >/dev/null 2>&1 || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
		set -- node "$@"
	fi
	;;
esac

exec "$@"
