#!/bin/sh
# SPDX-License-Identifier: MIT
# Usage: make-package.sh [DIRECTORY] (from `make package`, which has built dist/pmip*.js and dist/luci)
#
# Makes pmip-VERSION.tar.xz and luci-app-pmip-VERSION.tar.xz in DIRECTORY: the release archives that the Makefiles of the
# feed build from, and look for in build/openwrt. With OPENWRT_SDK naming an unpacked SDK of OpenWrt it builds the packages
# there. Without one it makes what of them is the same on every machine, and says what is missing.

set -eu

openwrt=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$openwrt")
output=${1:-$root/build/openwrt}
version=$(sed -n 's/^PKG_VERSION:=//p' "$openwrt/pmip/Makefile")
name=pmip-$version
luci_name=luci-app-$name

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

make_archives() {
	rm -rf "$output/content"
	mkdir -p "$output/content/$name/dist" "$output/content/$name/src/quickjs-ffi" "$output/content/$luci_name"
	cp "$root/dist/pmip.js" "$root/dist/pmip-command.js" "$output/content/$name/dist"
	cp "$root"/src/quickjs-ffi/*.[ch] "$output/content/$name/src/quickjs-ffi"
	cp -R "$root/dist/luci/view" "$root/dist/luci/i18n" "$root/dist/luci/pmip.pot" "$root/luci/root" "$root/luci/po" \
		"$output/content/$luci_name"
	for each in "$name" "$luci_name"; do
		cp "$root/LICENSE" "$output/content/$each"
		chmod -R u=rwX,go=rX "$output/content/$each"
		archived --directory "$output/content" "$each" | xz -9 --stdout >"$output/$each.tar.xz"
	done
}

make_trees() {
	rm -rf "$output/root" "$output/luci-root"
	make_tree pmip "$name" root install-any
	archived --directory "$output/root" . | gzip --best --no-name >"$output/$name-any.tar.gz"
	make_tree luci-app-pmip "$luci_name" luci-root install
	archived --directory "$output/luci-root" . | gzip --best --no-name >"$output/$luci_name.tar.gz"
}

make_tree() {
	inner_make --silent -C "$openwrt/$1" TOPDIR="$openwrt/without-sdk" \
		PKG_BUILD_DIR="$output/content/$2" DESTDIR="$output/$3" "$4"
}

say_what_is_missing() {
	cat <<TEXT
Made for every machine:
  $output/$name.tar.xz
  $output/$name-any.tar.gz
  $output/$luci_name.tar.xz
  $output/$luci_name.tar.gz (all of it: unpack it on a router's / and reload rpcd)
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
	./scripts/feeds update base packages luci pmip
	./scripts/feeds install pmip luci-app-pmip
	# An archive of the same name may be older.
	rm -f "dl/$name.tar.xz" "dl/$luci_name.tar.xz"
	select_packages
	inner_make defconfig
	for package in pmip luci-app-pmip; do
		inner_make package/$package/clean
		inner_make package/$package/compile
	done
	collect
}

add_feed() {
	[ -e feeds.conf ] || cp feeds.conf.default feeds.conf
	grep -v '^src-[a-z]* pmip ' feeds.conf >feeds.conf.new || true
	echo "src-link pmip $openwrt" >>feeds.conf.new
	mv feeds.conf.new feeds.conf
}

# An SDK selects all packages, unless its user has told it not to.
select_packages() {
	touch .config
	sed -i -E '/CONFIG_(PACKAGE_(luci-app-)?pmip|LUCI_LANG_de)[= ]/d' .config
	printf 'CONFIG_%s\n' PACKAGE_pmip=m PACKAGE_luci-app-pmip=m LUCI_LANG_de=y >>.config
}

collect() {
	find bin/packages \( -name "*pmip*.apk" -o -name "*pmip*.ipk" \) -exec cp {} "$output" \;
	for package in "$output"/pmip[-_]"$version"*.[ai]pk "$output"/luci-app-pmip[-_]"$version"*.[ai]pk; do
		[ -e "$package" ] || fail "the SDK has built no $(basename "$package"): say make package/pmip/compile V=s in $OPENWRT_SDK"
		echo "$package"
	done
}

[ "$version" = "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")" ] ||
	fail "package.json has another version than openwrt/pmip/Makefile, $version"
[ "$version" = "$(sed -n 's/^PKG_VERSION:=//p' "$openwrt/luci-app-pmip/Makefile")" ] ||
	fail "openwrt/luci-app-pmip/Makefile has another version than openwrt/pmip/Makefile, $version"
[ -e "$root/dist/pmip-command.js" ] || fail "there is no dist/pmip-command.js: say make bundle"
[ -e "$root/dist/luci/pmip.pot" ] || fail "there is no dist/luci: say make luci"
mkdir -p "$output"
make_archives
if [ -n "${OPENWRT_SDK:-}" ]; then
	build_in_sdk
else
	make_trees
	say_what_is_missing
fi
