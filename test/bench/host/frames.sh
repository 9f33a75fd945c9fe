# shellcheck shell=bash
# Frames of a BSS that reach the daemon; see ../run.
set -euo pipefail
# shellcheck source=../rows.sh
. "$BENCH/rows.sh"

ip link add station type veth peer name bss
ip link set station up
ip link set bss up
sent=0 delivered=0 wanted=0
while read -r count reached wished kind; do
  row "$kind" "$reached" "/$count"
  sent=$((sent + count)) delivered=$((delivered + reached)) wanted=$((wanted + wished))
done < <("$ROOT/build/quickjs/qjs" -m "$ROOT/build/bench/frames.js" station bss)
row "delivered, and wanted" "$delivered" "/$sent" "$wanted"
