#!/bin/sh
# SPDX-License-Identifier: MIT
# Usage: make-package.sh [DIRECTORY] (from `make package`, which has built dist/pmip.js)
#
# Makes pmip-VERSION.tar.xz in DIRECTORY: the release archive that pmip/Makefile builds from, and looks for in
# build/openwrt. With OPENWRT_SDK naming an unpacked SDK of OpenWrt it builds the package there. Without one it makes
# what of the package is the same on every machine, and says what is missing.

set -eu

openwrt=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$openwrt")
output=${1:-$root/build/openwrt}
version=$(sed -n 's/^PKG_VERSION:=//p' "$openwrt/pmip/Makefile")
name=pmip-$version
archive=$output/$name.tar.xz

fail() {
	echo "make-package: $*" >&2
	exit 1
}

# Without the outer make's flags: they are about other targets.
inner_make() {
	env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES make "$@"
}

# The same octets from the same sources.
archived() {
	tar --create --sort=name --format=gnu --mtime="@$(last_change)" --owner=0 --group=0 --numeric-owner "$@"
}

last_change() {
	echo "${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}"
}

make_archive() {
	content=$output/content/$name
	rm -rf "$output/content"
	mkdir -p "$content/dist" "$content/src/quickjs-ffi"
	cp "$root/dist/pmip.js" "$content/dist"
	cp "$root"/src/quickjs-ffi/*.[ch] "$content/src/quickjs-ffi"
	cp "$root/LICENSE" "$content"
	chmod -R u=rwX,go=rX "$content"
	archived --directory "$output/content" "$name" | xz -9 --stdout >"$archive"
}

make_tree() {
	rm -rf "$output/root"
	inner_make --silent -C "$openwrt/pmip" TOPDIR="$openwrt/without-sdk" \
		PKG_BUILD_DIR="$output/content/$name" DESTDIR="$output/root" install-any
	archived --directory "$output/root" . | gzip --best --no-name >"$output/$name-any.tar.gz"
}

say_what_is_missing() {
	cat <<TEXT
Made for every machine:
  $archive
  $output/$name-any.tar.gz
Missing: the C module /usr/lib/pmip/quickjs-ffi.so, and the .apk or .ipk around both. They are different for each
target and release of OpenWrt, and its SDK makes them. Unpack the SDK of your router's release and target
(openwrt-sdk-*.tar.zst beside the firmware image in the list of downloads), then:
  make package OPENWRT_SDK=/the/directory/it/is/in
TEXT
}

build_in_sdk() {
	[ -x "$OPENWRT_SDK/scripts/feeds" ] || fail "OPENWRT_SDK=$OPENWRT_SDK is no SDK of OpenWrt: it has no scripts/feeds"
	cd "$OPENWRT_SDK"
	add_feed
	./scripts/feeds update base packages pmip
	./scripts/feeds install pmip
	# An archive of the same name may be older.
	rm -f "dl/$name.tar.xz"
	inner_make defconfig
	inner_make package/pmip/clean
	inner_make package/pmip/compile
	collect
}

add_feed() {
	[ -e feeds.conf ] || cp feeds.conf.default feeds.conf
	grep -v '^src-[a-z]* pmip ' feeds.conf >feeds.conf.new || true
	echo "src-link pmip $openwrt" >>feeds.conf.new
	mv feeds.conf.new feeds.conf
}

collect() {
	find bin/packages \( -name "pmip-$version*.apk" -o -name "pmip_$version*.ipk" \) -exec cp {} "$output" \;
	for package in "$output"/pmip[-_]"$version"*.[ai]pk; do
		[ -e "$package" ] || fail "the SDK has built no package: say make package/pmip/compile V=s in $OPENWRT_SDK"
		echo "$package"
	done
}

[ "$version" = "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")" ] ||
	fail "package.json has another version than openwrt/pmip/Makefile, $version"
[ -e "$root/dist/pmip.js" ] || fail "there is no dist/pmip.js: say make bundle"
mkdir -p "$output"
make_archive
if [ -n "${OPENWRT_SDK:-}" ]; then
	build_in_sdk
else
	make_tree
	say_what_is_missing
fi
