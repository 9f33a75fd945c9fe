#!/bin/sh
# Usage: get-quickjs.sh DIRECTORY APT_DIRECTORY
#
# Builds Bellard's QuickJS in DIRECTORY from Debian 13's source package: DIRECTORY/qjs, and beside it the quickjs.h and
# VERSION that the C module is compiled with. The package comes from the mirror that this machine's apt uses already,
# checked with the machine's keys; lists and downloads stay in APT_DIRECTORY, the machine's own sources are not touched.

set -eu

RELEASE=trixie
# Narrower than all that apt trusts.
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
	echo "get-quickjs: $*" >&2
	exit 1
}

# The archive that this machine gets Debian from, as apt itself understands its sources (of either format). A disc in a
# drive does not hold another release. Arguments are more options for apt.
mirror() {
	# shellcheck disable=SC2016 # apt expands it
	apt-get "$@" indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' |
		grep -v '^cdrom:' | head -n 1
}

private_apt() {
	apt-get --quiet=1 --option Dir::Etc::SourceList="$apt/sources.list" --option Dir::Etc::SourceParts=- \
		--option Dir::State::Lists="$apt/lists" --option Dir::Cache="$apt/cache" \
		--option APT::Sandbox::User="$(id -un)" "$@"
}

[ $# -eq 2 ] || fail "usage: get-quickjs.sh DIRECTORY APT_DIRECTORY"
command -v apt-get >/dev/null || fail "no apt-get here: put a built QuickJS somewhere and say make QUICKJS=its/directory"

mkdir -p "$2/lists/partial" "$2/cache/archives/partial" "$2/source" "$(dirname "$1")"
directory=$1
apt=$(cd "$2" && pwd)

uri=$(mirror)
if [ -z "$uri" ]; then
	# Container images come without lists.
	mkdir -p "$apt/machine/partial"
	apt-get --quiet=1 --option Dir::State::Lists="$apt/machine" --option APT::Sandbox::User="$(id -un)" update
	uri=$(mirror --option Dir::State::Lists="$apt/machine")
fi
[ -n "$uri" ] || fail "apt on this machine has no source of Debian's main packages"
keys=
[ ! -e "$KEYRING" ] || keys="[signed-by=$KEYRING] "
echo "deb-src $keys$uri $RELEASE main" >"$apt/sources.list"

private_apt update || fail "apt could not read Debian $RELEASE from $uri (an old debian-archive-keyring?)"
rm -rf "$directory" "$apt/source"
mkdir "$apt/source"
(cd "$apt/source" && private_apt source --download-only quickjs) || fail "apt could not get the quickjs source package"
# apt has checked the files against the signed list.
dpkg-source --no-check --no-copy -x "$apt"/source/quickjs_*.dsc "$directory"

# Not the outer make's flags: they are about other targets.
env -u MAKEFLAGS -u MAKELEVEL make -C "$directory" -j "$(nproc)" CONFIG_LTO= qjs
