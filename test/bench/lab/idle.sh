# shellcheck shell=bash
# What the daemon is while nothing happens, and while a visitor's packets pass; see ../run.

# shellcheck source=../rows.sh
. "$LAB_ROOT/test/bench/rows.sh"

SECONDS_WATCHED=${BENCH_SECONDS:-30}
VISITORS=100

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

# How often the kernel has given ap2's daemon a processor that it had let go of.
wakings() {
  awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/${PROGRAM[ap2/pmip]}/status"
}

wakings_while() {
  local before
  before=$(wakings)
  pause "$SECONDS_WATCHED"
  echo $(($(wakings) - before))
}

# As a former daemon would have left them.
visitors_of_before() {
  local ends number
  ends=$(($(date +%s%3N) + 600000))
  printf '{"version":1,"bindings":[],"visitors":['
  for ((number = 0; number < VISITORS; number++)); do
    [ "$number" = 0 ] || printf ,
    printf '{"kind":"visitor","homeAddress":"10.1.0.%d","homeAgent":"10.1.0.1","careOfAddress":"10.255.2.2",' $((100 + number))
    printf '"identification":"%016x","requestedLifetimeSeconds":600,"lifetimeSeconds":600,"expiresAtUnixMs":%s,' "$number" "$ends"
    printf '"reverseTunneling":true,"encapsulatingDelivery":false,"encapsulation":"ipip","revocation":null,'
    printf '"interfaceName":"br-lan","mac":"02:00:00:00:09:%02x","sourceAddress":"10.1.0.%d","sourcePort":434,' "$number" $((100 + number))
    printf '"destinationAddress":"10.2.0.1"}'
  done
  printf ']}'
}

step "a daemon with a visitor, watched for $SECONDS_WATCHED s at rest and as long with its packets"
start_network
configure_as_usual ap1 ap2
start_pmip ap1
start_pmip ap2
associate phone ap1
roam phone ap2
on phone ping -c 3 10.255.3.2 >/dev/null
wait_until 20 has_row ap2 visitors 10.1.0.77
# The sweep of what a former daemon left comes a minute after the start.
pause 62
at_rest=$(wakings_while)
packets=$((SECONDS_WATCHED * 50))
in_background cn ping -q -i 0.02 -c "$packets" 10.1.0.77 >/dev/null
with_packets=$(wakings_while)

step "the same with $VISITORS visitors of a former daemon"
stop_pmip ap2 KILL
on ap2 mkdir -p /var/run/pmip
visitors_of_before >"$WORK/state"
on ap2 cp "$WORK/state" /var/run/pmip/state.json
start_pmip ap2
wait_until 30 has_row ap2 visitors 10.1.0.$((100 + VISITORS - 1))
pause 5

row "wakings at rest" "$at_rest" "/$SECONDS_WATCHED s"
row "wakings with $packets packets" "$with_packets" "/$SECONDS_WATCHED s"
row "resident memory, $VISITORS visitors" "$(awk '/VmRSS/ { print $2 }' "/proc/${PROGRAM[ap2/pmip]}/status")" KiB
