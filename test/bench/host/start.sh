# shellcheck shell=bash
# The sizes of the bundles, how soon after its start the daemon advertises, and what it then has of memory; see ../run.
set -euo pipefail
# shellcheck source=../rows.sh
. "$BENCH/rows.sh"

SECONDS_WATCHED=${BENCH_SECONDS:-30}

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

# Milliseconds from the start of the program to its first advertisement on the wire; those of processor time are noted.
first_advertisement() {
  local capture program began used
  tcpdump -Z root -n -tt -l -c 1 -i far 'icmp[0] == 9' >"$work/seen" 2>"$work/said" &
  capture=$!
  until grep -q listening "$work/said"; do sleep 0.05; done
  began=$(date +%s.%N)
  "$ROOT/build/quickjs/qjs" --strip-source -m "$ROOT/dist/pmip.js" daemon >/dev/null 2>&1 &
  program=$!
  wait "$capture"
  read -r used _ <"/proc/$program/schedstat"
  awk '/VmRSS/ { print $2 }' "/proc/$program/status" >>"$work/memory"
  kill -KILL "$program"
  wait "$program" 2>/dev/null || true
  echo $((used / 1000000)) >>"$work/used"
  awk -v began="$began" '{ printf "%d\n", ($1 - began) * 1000 }' "$work/seen"
}

# How often in so many seconds the kernel gives the daemon a processor that it had let go of.
wakings() {
  local program before
  "$ROOT/build/quickjs/qjs" --strip-source -m "$ROOT/dist/pmip.js" daemon >/dev/null 2>&1 &
  program=$!
  sleep 10
  before=$(switches "$program")
  sleep "$1"
  echo $(($(switches "$program") - before))
  kill -KILL "$program"
  wait "$program" 2>/dev/null || true
}

switches() {
  awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/$1/status"
}

# A bridge learns to forward a while after it came up.
sleep 2
for _ in 1 2 3 4 5; do first_advertisement; done | sort -n >"$work/all"
row "bundle of the daemon" $(($(stat -c %s "$ROOT/dist/pmip.js") / 1024)) KiB
row "the same, as squashfs has it" $(($(xz --stdout "$ROOT/dist/pmip.js" | wc -c) / 1024)) KiB
row "bundle of the command" $(($(stat -c %s "$ROOT/dist/pmip-command.js") / 1024)) KiB
row "start to first advertisement" "$(sed -n 3p "$work/all")" ms
row "the same, of processor time" "$(sort -n "$work/used" | sed -n 3p)" ms
row "resident memory, nothing to do" "$(sort -n "$work/memory" | sed -n 3p)" KiB
row "wakings at rest" "$(wakings "$SECONDS_WATCHED")" "/$SECONDS_WATCHED s"
