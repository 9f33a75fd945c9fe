# shellcheck shell=bash
# A running ping, and what it tells about roams.

PING_INTERVAL_MS=10
# So long after a roam's beginning an outage counts as its own.
ROAM_SECONDS=5

ping_begin() {
  local from=$1 to=$2
  rm -f "$WORK/$from-ping-$to.log"
  start_program "$from" "ping-$to" ping -n -D -i "0.0$PING_INTERVAL_MS" "$(reachable_address "$to")"
}

# An outage is the longest time without an answer that touches the time from the roam's beginning to 5 s later. Under
# emulation the answers do not come like clockwork even at rest, so the longest such time outside roams is printed too.
ping_report() {
  local from=$1 to=$2 log ended=$EPOCHREALTIME
  log=$WORK/$from-ping-$to.log
  stop_program "$from" "ping-$to" INT
  awk -v roams="$(roams_of "$from")" -v ended="$ended" -v ROAM_SECONDS="$ROAM_SECONDS" -f "$LAB/lib/pings.awk" "$log" >"$WORK/$from-ping-$to.report"
  while read -r line; do say "$line"; done <"$WORK/$from-ping-$to.report"
}

# "box moment box moment ...", for one station.
roams_of() {
  local roam station box began
  for roam in "${ROAMS[@]}"; do
    read -r station box began <<<"$roam"
    [ "$station" != "$1" ] || printf '%s %s ' "$box" "$began"
  done
}

# Milliseconds between answers, at most, where no roam was; after the report.
longest_rest() {
  awk '/without a roam/ { print $(NF - 1) }' "$WORK/$1-ping-$2.report"
}
