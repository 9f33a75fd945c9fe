# shellcheck shell=bash
# Rows of a bench, and the commands that iproute2 and nft are compared by. Every rate is the best of three: what other
# programs of the machine take away can only make it smaller.

COUNT=${BENCH_COUNT:-5000}

# row NAME VALUE UNIT [BESIDE]: with what it is compared with, also the ratio.
row() {
  if [ $# -gt 3 ]; then
    printf '  %-36s %10s %-4s  %s x\n' "$1" "$2" "$3" "$(awk -v a="$2" -v b="$4" 'BEGIN { printf "%.2f", a / b }')"
  else
    printf '  %-36s %10s %s\n' "$1" "$2" "$3"
  fi
}

# rate COUNT COMMAND...: how many a second when the command does so many.
rate() {
  local count=$1 begin end
  shift
  begin=$(date +%s%N)
  "$@"
  end=$(date +%s%N)
  echo $((count * 1000000000 / (end - begin)))
}

# best CLEANER COMMAND...: the greatest first word of three runs, and the rest of that line.
best() {
  local cleaner=$1 turn
  shift
  for turn in 1 2 3; do
    "$@"
    "$cleaner" >&2
  done | sort -n | tail -n 1
}

# addresses FORMAT: a line for each mobile node, with its address in place of ADDRESS, and a MAC address of its own.
addresses() {
  awk -v count="$COUNT" -v format="$1" 'BEGIN {
    for (index_ = 0; index_ < count; index_++) {
      line = format
      gsub(/ADDRESS/, sprintf("10.1.%d.%d", index_ / 256, index_ % 256), line)
      gsub(/MAC/, sprintf("02:00:00:00:%02x:%02x", index_ / 256, index_ % 256), line)
      print line
    }
  }'
}
