#!/bin/sh
# Installs pmip as an agent of a plain Linux router: install.sh ENGINE [ROOT]. ENGINE is the qjs that the C module was made
# for; ROOT is put before all paths. What was configured before stays as it is.
set -eu

engine=$1
root=${2:-}
source=$(cd "$(dirname "$0")/../.." && pwd -P)
files=$source/openwrt/pmip/files

install -d "$root/usr/lib/pmip" "$root/usr/bin" "$root/usr/lib/sysctl.d" "$root/usr/lib/systemd/system" \
	"$root/usr/share/doc/pmip" "$root/etc/config"
install -d -m 700 "$root/etc/pmip/map"
install -m 755 "$engine" "$root/usr/lib/pmip/qjs"
install -m 644 "$source/dist/pmip.js" "$source/dist/pmip-command.js" "$source/dist/quickjs-ffi.so" "$root/usr/lib/pmip"
install -m 644 "$source/src/systemd/pmip.service" "$root/usr/lib/systemd/system/pmip.service"
install -m 644 "$files/pmip.sysctl" "$root/usr/lib/sysctl.d/50-pmip.conf"
install -m 644 "$source/README.md" "$source/LICENSE" "$root/usr/share/doc/pmip"
sed 's,/usr/bin/qjs,/usr/lib/pmip/qjs,' "$files/pmip.sh" >"$root/usr/bin/pmip"
chmod 755 "$root/usr/bin/pmip"
# Keys are for root alone.
[ -e "$root/etc/config/pmip" ] || install -m 600 "$files/pmip.config" "$root/etc/config/pmip"
