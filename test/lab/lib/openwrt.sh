# shellcheck shell=bash
# Routers as OpenWrt makes them: its default firewall and configuration, init scripts, reload_config, logd; and the package
# of pmip at its paths. All routers of a scenario have the same files; what is a router's own is /etc/config and /var/run.

# Before start_network.
unpack_package() {
  mkdir -p /etc/init.d /usr/share /var/log
  cp "$LAB/openwrt/rc.common" /etc/rc.common
  cp "$LAB/openwrt/reload_config" "$LAB/openwrt/fw4" /sbin
  cp "$LAB/openwrt/fw4" /etc/init.d/firewall
  cp "$LAB_ROOT/test/openwrt/fw4.nft" /usr/share/fw4.nft
  # A box's own, as what listens there.
  ln -sf /run/log /dev/log
  echo 'pmip:x:434:434::/var:/bin/false' >>/etc/passwd
  echo 'pmip:x:434:' >>/etc/group
  make --silent -C "$LAB_ROOT/openwrt/pmip" TOPDIR="$LAB_ROOT/openwrt/without-sdk" PKG_BUILD_DIR="$LAB_ROOT" DESTDIR=/ \
    install-any
  cp "$LAB_ROOT/dist/quickjs-ffi.so" /usr/lib/pmip
  cp "$ENGINE" /usr/bin/qjs
  # Until it is installed on a box.
  mkdir -p /.lab/package
  mv /usr/share/nftables.d /etc/config/pmip /.lab/package
  mkdir -p /usr/share/nftables.d
}

# An OpenWrt that has booted, without pmip.
boot_openwrt() {
  local box=$1
  on "$box" tee /etc/config/firewall >/dev/null <<UCI
config defaults
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option synflood_protect '1'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option masq '1'
	option mtu_fix '1'

config forwarding
	option src 'lan'
	option dest 'wan'
UCI
  on "$box" tee /etc/config/system >/dev/null <<UCI
config timeserver 'ntp'
	option enabled '1'
UCI
  # These take the place of the machine's, which all boxes share.
  on "$box" mkdir -p /run/rc.d /run/nftables.d
  on "$box" mkdir -p /etc/rc.d
  on "$box" mount --bind /run/rc.d /etc/rc.d
  on "$box" mount --bind /run/nftables.d /usr/share/nftables.d
  rm -f "/.lab/boxes/$box/config/pmip"
  start_program "$box" logd busybox syslogd -n -O "$WORK/$box-pmip.log"
  on "$box" /etc/init.d/firewall start
  on "$box" reload_config
}

# What `apk add pmip` does.
install_package() {
  local box=$1
  on "$box" cp -R /.lab/package/nftables.d/. /usr/share/nftables.d
  on "$box" cp -p /.lab/package/pmip /etc/config/pmip
  on "$box" sh /etc/uci-defaults/90-pmip
  on "$box" /etc/init.d/pmip enable
  on "$box" /etc/init.d/pmip start
}

# The lines that the README has for both, typed on each at the same time.
type_readme() {
  local box typing=()
  # shellcheck disable=SC2016 # the README's quotes
  sed -n '/^```sh both$/,/^```$/{/^```/!p}' "$LAB_ROOT/README.md" >"$WORK/readme"
  for box in "$@"; do
    on "$box" sh -e "$WORK/readme" >/dev/null &
    typing+=($!)
  done
  for box in "${typing[@]}"; do wait "$box"; done
}
