# shellcheck shell=bash
# Re-registrations at a home agent; see ../run.
set -euo pipefail
# shellcheck source=../rows.sh
. "$BENCH/rows.sh"

REQUESTS=${BENCH_REQUESTS:-60000}

work=$(mktemp -d)
ended() {
  local process
  for process in $(jobs -p); do kill "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap ended EXIT

make_network() {
  local name peer
  unshare --net sleep infinity &
  peer=$!
  until [ "$(readlink "/proc/$peer/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
  ip link set lo up
  ip link add br-lan type bridge
  ip address add 10.1.0.1/16 dev br-lan
  ip link add wan type veth peer name wan netns "$peer"
  ip address add 10.255.1.2/24 dev wan
  for name in br-lan wan; do ip link set "$name" up; done
  ip route add 10.255.2.0/24 via 10.255.1.1
  ask=(nsenter --target "$peer" --net)
  "${ask[@]}" ip address add 10.255.1.1/24 dev wan
  "${ask[@]}" ip address add 10.255.2.2/32 dev wan
  "${ask[@]}" ip link set wan up
  "${ask[@]}" ip route add 10.1.0.0/16 via 10.255.1.2
}

# start ALGORITHM: the daemon, which has an ubusd to look for as an agent on a plain router has.
start() {
  cat >"$work/config" <<UCI
config pmip 'main'
	option enabled '1'
	option log_level 'warning'
	option ubus_socket '$work/ubus.sock'
config bridge 'lan'
	option device 'br-lan'
config secure_node
	option start '10.1.0.2'
	option end '10.1.255.254'
	option spi '102'
	option hex '00112233445566778899aabbccddeeff'
	option algorithm 'hmac-$1'
UCI
  "$ROOT/build/quickjs/qjs" --strip-source -m "$ROOT/build/bench/daemon.js" "$work/config" "$work/state" 2>"$work/log" &
  daemon=$!
  until ss -Hlun 'sport = :434' | grep . >/dev/null; do sleep 0.1; done
}

stop() {
  kill -KILL "$daemon"
  wait "$daemon" 2>/dev/null || true
}

resident() {
  awk '/VmRSS/ { print $2 }' "/proc/$daemon/status"
}

# bench BINDINGS ALGORITHM
bench() {
  local rate rate_of_processor algorithm=$2
  start "$algorithm"
  "${ask[@]}" python3 "$BENCH/host/registrations.py" "$1" "$REQUESTS" "$algorithm" "$daemon" >"$work/rates" || {
    head "$work/log" >&2
    return 1
  }
  read -r rate rate_of_processor <"$work/rates"
  row "re-registrations/s, $1, hmac-$algorithm" "$rate" /s
  row "the same, of processor time" "$rate_of_processor" /s
  row "resident memory, $1 bindings" "$(resident)" KiB
  stop
  rm -f "$work/state"
}

make_network
bench 100 md5
bench 5000 md5
bench 5000 sha256
bench 50000 md5
bench 50000 sha256
