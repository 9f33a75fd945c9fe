# shellcheck shell=bash
# Kernel work of new bindings; see ../run.

# shellcheck source=../rows.sh
. "$LAB_ROOT/test/bench/rows.sh"

router ha network 10.1.0.0/24 wan 10.255.1.2

clean() {
  ip -n ha route flush proto 43
  ip -n ha neigh show proxy | awk '{ print "neigh del proxy", $1, "dev", $3 }' | ip -n ha -batch -
  on ha nft flush set inet pmip bindings 2>/dev/null || true
}

bindings() {
  on ha "$ENGINE" -m "$LAB_ROOT/build/bench/bindings.js" "$1" "$COUNT" "$2" br-lan
}

by_iproute2() {
  ip -n ha -batch "$WORK/batch"
}

by_iproute2_and_nft() {
  by_iproute2
  on ha nft -f "$WORK/elements"
}

COUNT=${BENCH_COUNT:-2000}
step "$COUNT new bindings, three times each way"
start_network
addresses 'route replace ADDRESS/32 encap ip dst 10.255.2.2 src 10.255.1.2 ttl 64 dev pmip0 metric 434 proto 43 scope link
neigh replace proxy ADDRESS dev br-lan protocol 43' >"$WORK/batch"
addresses 'add element inet pmip bindings { 4 . 10.255.2.2 . ADDRESS }' |
  awk '{ split($11, octet, "."); $11 = sprintf("0x%02x%02x%02x%02x", octet[1], octet[2], octet[3], octet[4]); print }' \
    >"$WORK/elements"
# The device and the table are there for all.
on ha "$ENGINE" -m "$LAB_ROOT/build/bench/bindings.js" admitted 1 1 br-lan >/dev/null
clean

beside=$(best clean rate "$COUNT" by_iproute2)
beside_both=$(best clean rate "$COUNT" by_iproute2_and_nft)
read -r single _ < <(best clean bindings bindings 1)
read -r bursts _ < <(best clean bindings bindings 32)
read -r admitted kib < <(best clean bindings admitted 32)
configure_as_usual ha
start_pmip ha
pause 2
daemon=$(awk '/VmRSS/ { print $2 }' "/proc/${PROGRAM[ha/pmip]}/status")

row "bindings/s" "$single" /s "$beside"
row "bindings/s, bursts of 32" "$bursts" /s "$beside"
row "admitted bindings/s, bursts of 32" "$admitted" /s "$beside_both"
row "ip -batch" "$beside" /s
row "ip -batch and nft -f" "$beside_both" /s
row "resident memory, $COUNT bindings" "$kib" KiB
row "resident memory, idle daemon" "$daemon" KiB
