#!/bin/sh
# Usage: get-processor.sh {mips | arm} DIRECTORY QUICKJS APT_DIRECTORY
#
# Makes in DIRECTORY what the tests on a router's processor need: big-endian MIPS, or 32-bit ARM. `cc` compiles for it,
# `qjs` is the engine for it, whose sources and version lie in QUICKJS, `run` starts that in emulation, and
# `digests` has what of mbed TLS makes digests. The compilers are Debian's, unpacked and not installed, since they and
# gcc-multilib exclude each other.

set -eu

fail() {
	echo "get-processor: $*" >&2
	exit 1
}

[ $# -eq 4 ] || fail "usage: get-processor.sh {mips | arm} DIRECTORY QUICKJS APT_DIRECTORY"
processor=$1
case $processor in
mips) triplet=mips-linux-gnu architecture=mips ;;
arm) triplet=arm-linux-gnueabihf architecture=armhf ;;
*) fail "there is no processor $processor" ;;
esac
source_of=$(cd "$(dirname "$0")/../../src/quickjs-ffi" && pwd)/debian-source.sh
mkdir -p "$2/engine" "$2/digests" "$4"
quickjs=$(cd "$3" && pwd)
apt=$(cd "$4" && pwd)
cd "$2"
here=$(pwd)

if [ ! -e compiler/usr ]; then
	rm -rf packages unpacked
	mkdir packages unpacked
	(
		cd packages
		set --
		for name in gcc-12 cpp-12 binutils; do set -- "$@" "$name-$triplet"; done
		for name in libgcc-12-dev libc6-dev libc6 linux-libc-dev libgcc-s1 libatomic1; do
			set -- "$@" "$name-$architecture-cross"
		done
		apt-get --quiet=2 --option APT::Sandbox::User="$(id -un)" download "$@"
	) || fail "apt could not download the compiler for $triplet; say apt-get update"
	for package in packages/*.deb; do dpkg-deb -x "$package" unpacked; done
	rm -rf packages compiler
	mv unpacked compiler
fi

write_program() {
	printf '#!/bin/sh\n%s "$@"\n' "$2" >"$1"
	chmod +x "$1"
}
# The assembler's own libraries lie beside it.
write_program cc "LD_LIBRARY_PATH='$here/compiler/usr/lib/$(uname -m)-linux-gnu' \
exec '$here/compiler/usr/bin/$triplet-gcc-12' '--sysroot=$here/compiler'"
write_program run "exec qemu-$processor -L '$here/compiler/usr/$triplet' '$here/qjs'"

# The list of files on standard input, as many at once as there are processors.
compile_all() {
	xargs -P "$(nproc)" -I NAME ./cc "$@"
}

printf '%s\n' quickjs qjs quickjs-libc libregexp libunicode cutils dtoa repl |
	compile_all -O2 -fwrapv -D_GNU_SOURCE -DCONFIG_SHARED_LIBS -DCONFIG_VERSION="\"$(cat "$quickjs/VERSION")\"" \
		-c -o engine/NAME.o "$quickjs/NAME.c"
./cc -rdynamic -o qjs engine/*.o -lm -ldl -lpthread -latomic

[ -e mbedtls/library/md.c ] || "$source_of" mbedtls "$here/mbedtls" "$apt"
printf '#define MBEDTLS_%s\n' MD_C MD5_C SHA256_C >digests-only.h
printf '%s\n' md md5 sha256 platform_util |
	compile_all -O2 -fPIC '-DMBEDTLS_CONFIG_FILE="digests-only.h"' -I. -Imbedtls/include -Imbedtls/library \
		-c -o digests/NAME.o mbedtls/library/NAME.c
