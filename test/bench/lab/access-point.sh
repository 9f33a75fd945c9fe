# shellcheck shell=bash
# The daemon of an access point with a hundred visitors; see ../run.

# shellcheck source=../rows.sh
. "$LAB_ROOT/test/bench/rows.sh"

VISITORS=100
REST_SECONDS=30
PACKETS=10000

router ha network 10.1.0.0/24 wan 10.255.1.2
router ap network 10.2.0.0/24 wan 10.255.2.2

resident() {
  awk '/VmRSS/ { print $2 }' "/proc/${PROGRAM[ap/pmip]}/status"
}

wakeups() {
  awk '/ctxt_switches/ { sum += $2 } END { print sum }' "/proc/${PROGRAM[ap/pmip]}/status"
}

visitors() {
  on ap ubus call pmip visitors | grep -c home_address
}

all_are_registered() {
  [ "$(visitors)" = "$VISITORS" ]
}

step "$VISITORS stations without radios come to an access point in another network"
start_network
ip -n ap link add phy0-ap0 type veth peer name crowd
ip -n ap link set phy0-ap0 master br-lan up
ip -n ap link set crowd up
start_ubusd ap
configure_as_usual ha ap
mkfifo "$WORK/speak"
exec {speak}<>"$WORK/speak"
in_background ap "$ENGINE" -m "$LAB_ROOT/build/bench/crowd.js" phy0-ap0 crowd "$VISITORS" 10.1.0.100 \
  <"$WORK/speak" >"$WORK/crowd.log" 2>&1
start_pmip ha
start_pmip ap
pause 5
idle=$(resident)
echo arrive >&"$speak"
wait_until 120 all_are_registered
pause 5
full=$(resident)
before=$(wakeups)
pause "$REST_SECONDS"
at_rest=$(($(wakeups) - before))
before=$(wakeups)
echo "$PACKETS" >&"$speak"
wait_until 60 grep -q sent "$WORK/crowd.log"
pause "$REST_SECONDS"
with_packets=$(($(wakeups) - before))

row "resident memory, no visitor" "$idle" KiB
row "resident memory, $VISITORS visitors" "$full" KiB
row "wake-ups in $REST_SECONDS s, $VISITORS visitors at rest" "$at_rest"
row "... that send $PACKETS packets" "$with_packets"
