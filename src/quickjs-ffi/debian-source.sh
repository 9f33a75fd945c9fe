#!/bin/sh
# Usage: debian-source.sh PACKAGE DIRECTORY APT_DIRECTORY
#
# Unpacks the source of a Debian 13 package in DIRECTORY. It comes from the mirror that this machine's apt uses already,
# checked with the machine's keys; lists and downloads stay in APT_DIRECTORY, the machine's own sources are not touched.

set -eu

RELEASE=trixie
# Narrower than all that apt trusts.
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
	echo "debian-source: $*" >&2
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

[ $# -eq 3 ] || fail "usage: debian-source.sh PACKAGE DIRECTORY APT_DIRECTORY"
command -v apt-get >/dev/null || fail "no apt-get here"

package=$1
directory=$2
mkdir -p "$3/lists/partial" "$3/cache/archives/partial" "$(dirname "$directory")"
apt=$(cd "$3" && pwd)

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
rm -rf "$directory" "${apt:?}/$package"
mkdir "$apt/$package"
(cd "$apt/$package" && private_apt source --download-only "$package") || fail "apt could not get the source of $package"
# apt has checked the files against the signed list.
dpkg-source --no-check --no-copy -x "$apt/$package/$package"_*.dsc "$directory"
