# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What bases.sh and npm-registry.sh have in common: messages, and commands in the background that can be stopped whole.

program=$(basename "$0" .sh)
readonly program
# A folder for everything unfinished; empty while there is none.
scratch=
groups=()

say() { printf '%s: %s\n' "$program" "$*" >&2; }
die() {
	say "$*"
	exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# need TOOL...: ends with the names of those that are not installed
need() {
	local tool absent=()
	for tool in "$@"; do
		has "$tool" || absent+=("$tool")
	done
	((${#absent[@]} == 0)) || die "stand-ins need ${absent[*]}, which this machine lacks"
}

# start LOG COMMAND...: runs it in the background, in a process group of its own, so that a stop reaches all of it
start() {
	local log=$1
	shift
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	set +m
	groups+=("$!")
}

# await WHAT LOG PID: waits for a started command
await() {
	if ! wait "$3"; then
		tail -n 30 "$2" >&2
		die "$1 failed (above: the end of its output)"
	fi
}

# Programs clean up after themselves when they are asked to end, and until then they write: wait, but not for ever.
stop_started() {
	local group tries
	for group in ${groups[@]+"${groups[@]}"}; do
		kill -TERM -- "-$group" 2>/dev/null || true
	done
	for group in ${groups[@]+"${groups[@]}"}; do
		for ((tries = 0; tries < 50; tries++)); do
			kill -0 -- "-$group" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$group" 2>/dev/null || true
	done
	groups=()
}

remove_scratch() {
	# One file system: should something still be mounted in there, it is not what is to be removed.
	rm -rf --one-file-system "$scratch"
	scratch=
}

# on_stop COMMAND: runs it at the end, however that comes
on_stop() {
	# shellcheck disable=SC2064 # the command is the one given now
	trap "$1" EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
