# shellcheck shell=bash
# The sizes of the bundles, how soon after its start the daemon advertises, and what it then has of memory; see ../run.
set -euo pipefail
# shellcheck source=../rows.sh
. "$BENCH/rows.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ip link set lo up
ip link add br-lan type bridge
ip link add port type veth peer name far
ip link set port master br-lan
ip link set port up
ip link set far up
ip address add 10.1.0.1/24 dev br-lan
ip link set br-lan up
# Only here, with what is needed of the rest.
mkdir -p "$work/etc/config"
cp -a /etc/alternatives /etc/passwd /etc/group "$work/etc"
mount --bind "$work/etc" /etc
mount -t tmpfs tmpfs /var/run
printf "config pmip 'main'\n\toption enabled '1'\nconfig bridge 'lan'\n\toption device 'br-lan'\n" >/etc/config/pmip

# Milliseconds from the start of the program to its first advertisement on the wire.
first_advertisement() {
  local capture program began
  tcpdump -Z root -n -tt -l -c 1 -i far 'icmp[0] == 9' >"$work/seen" 2>"$work/said" &
  capture=$!
  until grep -q listening "$work/said"; do sleep 0.05; done
  began=$(date +%s.%N)
  "$ROOT/build/quickjs/qjs" --strip-source -m "$ROOT/dist/pmip.js" daemon >/dev/null 2>&1 &
  program=$!
  wait "$capture"
  awk '/VmRSS/ { print $2 }' "/proc/$program/status" >>"$work/memory"
  kill -KILL "$program"
  wait "$program" 2>/dev/null || true
  awk -v began="$began" '{ printf "%d\n", ($1 - began) * 1000 }' "$work/seen"
}

# A bridge learns to forward a while after it came up.
sleep 2
for _ in 1 2 3 4 5; do first_advertisement; done | sort -n >"$work/all"
row "bundle of the daemon" $(($(stat -c %s "$ROOT/dist/pmip.js") / 1024)) KiB
row "the same, as squashfs has it" $(($(xz --stdout "$ROOT/dist/pmip.js" | wc -c) / 1024)) KiB
row "bundle of the command" $(($(stat -c %s "$ROOT/dist/pmip-command.js") / 1024)) KiB
row "start to first advertisement" "$(sed -n 3p "$work/all")" ms
row "resident memory, nothing to do" "$(sort -n "$work/memory" | sed -n 3p)" KiB
