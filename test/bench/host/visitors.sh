# shellcheck shell=bash
# Kernel work of visitors; see ../run.
set -euo pipefail
# shellcheck source=../rows.sh
. "$BENCH/rows.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

clean() {
  ip route flush proto 43
  ip neigh flush dev lan nud permanent 2>/dev/null
}

visitors() {
  "$ROOT/build/quickjs/qjs" -m "$ROOT/build/bench/bindings.js" visitors "$COUNT" "$1" lan
}

ip link add lan type veth peer name far
ip link set lan up
ip link set far up
{
  addresses 'neigh replace ADDRESS lladdr MAC nud permanent dev lan protocol 43'
  addresses 'route replace ADDRESS/32 dev lan metric 433 proto 43 scope link'
} | awk -v count="$COUNT" '{ line[NR] = $0 } END { for (i = 1; i <= count; i++) print line[i] "\n" line[count + i] }' >"$work/batch"

beside=$(best clean rate "$COUNT" ip -batch "$work/batch")
read -r single _ < <(best clean visitors 1)
read -r bursts kib < <(best clean visitors 32)
row "visitors/s" "$single" /s "$beside"
row "visitors/s, bursts of 32" "$bursts" /s "$beside"
row "ip -batch" "$beside" /s
row "resident memory" "$kib" KiB
