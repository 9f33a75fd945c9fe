#!/bin/sh
# Usage: get-quickjs.sh DIRECTORY APT_DIRECTORY
#
# Builds Bellard's QuickJS in DIRECTORY from Debian 13's source package: DIRECTORY/qjs, and beside it the quickjs.h and
# VERSION that the C module is compiled with. The package comes from the mirror that this machine's apt uses already,
# checked with the machine's keys; lists and downloads stay in APT_DIRECTORY, the machine's own sources are not touched.

set -eu

fail() {
	echo "get-quickjs: $*" >&2
	exit 1
}

[ $# -eq 2 ] || fail "usage: get-quickjs.sh DIRECTORY APT_DIRECTORY"
command -v apt-get >/dev/null || fail "no apt-get here: put a built QuickJS somewhere and say make QUICKJS=its/directory"

directory=$1
"$(dirname "$0")/debian-source.sh" quickjs "$directory" "$2"

# Not the outer make's flags: they are about other targets.
env -u MAKEFLAGS -u MAKELEVEL make -C "$directory" -j "$(nproc)" CONFIG_LTO= qjs
