# shellcheck shell=bash
# Makes the emulated machine's kernel and initial file system, once, in build/lab/.machine. The kernel is Debian's,
# unpacked and not installed.

NEEDED_PROGRAMS=(
  qemu-system-x86_64:qemu-system-x86 busybox:busybox-static modprobe:kmod depmod:kmod cpio:cpio xz:xz-utils zstd:zstd
  iw:iw hostapd:hostapd wpa_supplicant:wpasupplicant wpa_cli:wpasupplicant nft:nftables ip:iproute2 tc:iproute2
  ping:iputils-ping socat:socat tcpdump:tcpdump tshark:tshark ps:procps ethtool:ethtool nsenter:util-linux
  dnsmasq:dnsmasq-base dhclient:isc-dhcp-client dhcpcd:dhcpcd-base
)
# In the first file system: what reaches the host's files and the screen. Everything else is loaded from there.
EARLY_MODULES=(virtio_pci 9pnet_virtio 9p overlay virtio_console)
LATER_MODULES=(mac80211_hwsim ccm bridge veth ipip ip_gre nf_tables nft_meta_bridge sch_netem af_packet)
# Small and static: these start several times faster in emulation than the programs that they stand for.
APPLETS=(awk cat chmod cmp cp cut grep head hostname ln ls mkdir mkfifo mount nsenter rm seq sh sleep sort stat stty sync
  sysctl tail tee touch tr unshare wc xargs)
PRELOADED_PROGRAMS=(bash busybox ip tc iw nft ss modprobe wpa_supplicant wpa_cli tcpdump socat ping dnsmasq dhclient dhcpcd)
# Of the kernel package only what networks need; all of it would be 400 MB.
KERNEL_FOLDERS=(net lib crypto arch/x86/crypto drivers/net drivers/virtio drivers/char fs/9p fs/netfs fs/fscache fs/overlayfs)

prepare() {
  PATH=$PATH:/usr/sbin:/sbin
  require_programs
  [ -e "$MACHINE/kernel-version" ] || fetch_kernel
  KERNEL_VERSION=$(<"$MACHINE/kernel-version")
  if [ ! -e "$MACHINE/initrd" ] || [ "$LAB/lib/initrd-init.sh" -nt "$MACHINE/initrd" ] ||
    [ "$LAB/lib/prepare.sh" -nt "$MACHINE/initrd" ]; then
    make_initrd
  fi
}

# What runs often in the machine, with its libraries and the project's own files, is put into the machine's memory before
# it starts: each opening of a file on the host costs an emulated machine several milliseconds. The rest is still found.
write_preload() {
  local results=$1 program path module paths=()
  for program in "${PRELOADED_PROGRAMS[@]}" "${LAB_HOSTAPD:-hostapd}" ${LAB_UBUSD:+"$LAB_UBUSD"}; do
    if path=$(command -v "$program"); then paths+=("$path"); fi
  done
  paths+=("$ROOT/build/quickjs/qjs" "$ROOT/dist/quickjs-ffi.so")
  {
    # Scripts and static programs have no libraries.
    ldd "${paths[@]}" 2>/dev/null | awk '$2 == "=>" { print $3 } $1 ~ "^/.*[^:]$" { print $1 }' || true
    printf '%s\n' "${paths[@]}" /etc/ld.so.cache /etc/passwd /etc/nsswitch.conf "$ROOT"/dist/pmip*.js \
      "$ROOT"/build/stand-ins/*.js "$LAB"/lib/*
    printf '%s\n' "$MACHINE/lib/modules/$KERNEL_VERSION"/modules.*.bin
    printf '%s\n' "${LATER_MODULES[@]}" |
      while read -r module; do module_files "$module"; done
  } | sort -u | with_link_targets | (cd / && cpio -o -H newc --quiet 2>/dev/null) >"$results/preload"
}

# By their true places, and links beside what they lead to.
with_link_targets() {
  local existing
  existing=$(while read -r path; do [ ! -e "$path" ] || echo "$path"; done)
  {
    paste -d/ <(xargs -d '\n' dirname <<<"$existing" | xargs -d '\n' realpath) <(xargs -d '\n' basename -a <<<"$existing")
    xargs -d '\n' realpath <<<"$existing"
  } | sort -u | sed 's,^/,,'
}

require_programs() {
  local pair missing=()
  for pair in "${NEEDED_PROGRAMS[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ -e /lib/firmware/regulatory.db ] || missing+=(wireless-regdb)
  [ ${#missing[@]} -eq 0 ] ||
    fail "missing programs; as root: apt-get install --no-install-recommends $(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')"
}

fetch_kernel() {
  local package temporary
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
  [ -n "$package" ] || fail "apt knows no linux-image-amd64; run apt-get update first (and have Debian in its sources)"
  printf 'lab: fetching the kernel for the emulated machine (%s)\n' "$package" >&2
  rm -rf "$MACHINE"
  mkdir -p "$MACHINE"
  temporary=$(mktemp -d "$MACHINE/download.XXXXXX")
  (cd "$temporary" && apt-get -qq -o APT::Sandbox::User=root download "$package") || fail "apt could not download $package"
  unpack_kernel "$temporary"/*.deb "${package#linux-image-}"
  rm -rf "$temporary"
  echo "${package#linux-image-}" >"$MACHINE/kernel-version"
}

unpack_kernel() {
  local package=$1 version=$2 folder wanted=()
  for folder in "${KERNEL_FOLDERS[@]}"; do wanted+=("*/lib/modules/$version/kernel/$folder/*"); done
  # A folder that a kernel does not have makes tar complain; whether the modules are there is found out below.
  dpkg-deb --fsys-tarfile "$package" |
    tar -x -C "$MACHINE" --no-same-owner --wildcards "*/boot/vmlinuz-$version" "*/modules.order" "*/modules.builtin*" \
      "${wanted[@]}" 2>/dev/null || true
  # Newer Debian has its modules under usr/.
  [ -d "$MACHINE/lib/modules" ] || ln -sfn usr/lib "$MACHINE/lib"
  [ -d "$MACHINE/lib/modules/$version" ] || fail "the kernel package holds no modules where they were expected"
  depmod -b "$MACHINE" "$version"
  unpack_kernel_image "$MACHINE/boot/vmlinuz-$version" "$MACHINE/vmlinux"
}

# A compressed kernel would have to unpack itself in emulation, which takes longer than the rest of the boot. Where the
# packed kernel lies in the file is told by its header (Documentation/arch/x86/boot.rst in Linux).
unpack_kernel_image() {
  local image=$1 out=$2 sectors offset length
  sectors=$(od -An -tu1 -j $((0x1f1)) -N1 "$image")
  offset=$(od -An -tu4 -j $((0x248)) -N4 "$image")
  length=$(od -An -tu4 -j $((0x24c)) -N4 "$image")
  # Four octets after the packed kernel are its unpacked length, which the unpackers do not know.
  head -c "$(((sectors + 1) * 512 + offset + length - 4))" "$image" | tail -c "$((length - 4))" >"$out.packed"
  case $(od -An -tx1 -N4 "$out.packed" | tr -d ' ') in
    fd377a58) xz -dc "$out.packed" >"$out" ;;
    28b52ffd) zstd -qdc "$out.packed" >"$out" ;;
    *) cp "$image" "$out" ;;
  esac
  rm "$out.packed"
}

make_initrd() {
  local tree module applet
  tree=$(mktemp -d "$MACHINE/initrd.XXXXXX")
  mkdir -p "$tree"/{bin,dev,proc,sys,mods,lower,upper,results,newroot}
  cp "$(command -v busybox)" "$tree/bin/busybox"
  install -m 755 "$LAB/lib/initrd-init.sh" "$tree/init"
  mkdir "$tree/applets"
  for applet in "${APPLETS[@]}"; do ln -s "$(command -v busybox)" "$tree/applets/$applet"; done
  early_module_files | while read -r module; do
    unpack_module "$module" "$tree/mods"
  done
  (cd "$tree" && find . | cpio -o -H newc --quiet) >"$MACHINE/initrd.new"
  mv "$MACHINE/initrd.new" "$MACHINE/initrd"
  rm -rf "$tree"
}

# In the order in which they must be loaded, none twice.
early_module_files() {
  local module
  for module in "${EARLY_MODULES[@]}"; do
    module_files "$module"
  done | awk '!seen[$0]++'
}

# A module's file and those of the modules that it needs, which come first.
module_files() {
  modprobe -d "$MACHINE" -S "$KERNEL_VERSION" --show-depends "$1" | sed -n 's/^insmod \(.*[^ ]\) *$/\1/p'
}

unpack_module() {
  local name
  name=$(basename "$1")
  case $name in
    *.ko) cp "$1" "$2/$name" ;;
    *.ko.xz) xz -dc "$1" >"$2/${name%.xz}" ;;
    *.ko.zst) zstd -qdc "$1" >"$2/${name%.zst}" ;;
  esac
  name=${name%.xz}
  echo "${name%.zst}" >>"$2/order"
}
