# shellcheck shell=bash
# A running TCP transfer: lines go out at a steady rate on one connection and come back on it. What came back is compared
# with what was sent, octet by octet.

TCP_FIRST_PORT=7777
declare -A TCP_PORTS=()
# Between lines.
TCP_PAUSE=0.05
# As an application that will not wait for ever: TCP_USER_TIMEOUT, so long may sent octets stay unacknowledged.
TCP_GIVES_UP_MS=12000
TCP_USER_TIMEOUT=6:18:$TCP_GIVES_UP_MS
# Longer than any segment, so that the tunnel's smaller MTU is felt.
TCP_LINE_OCTETS=4000

tcp_begin() {
  local from=$1 to=$2 folder
  folder=$(transfer_folder "$from" "$to")
  # Each pair has a port of its own.
  TCP_PORTS[$from-$to]=${TCP_PORTS[$from-$to]:-$((TCP_FIRST_PORT + ${#TCP_PORTS[@]}))}
  rm -rf "$folder"
  mkdir -p "$folder"
  stop_program "$to" "tcp-from-$from"
  # It takes one connection and no more, so nothing can be made good by a second one.
  start_program "$to" "tcp-from-$from" socat -t 30 \
    "TCP-LISTEN:${TCP_PORTS[$from-$to]},reuseaddr,setsockopt-int=$TCP_USER_TIMEOUT" EXEC:cat
  wait_until 30 is_listening_for_tcp "$to" "${TCP_PORTS[$from-$to]}"
  write_lines "$folder" | tee "$folder/sent" | tcp_client "$from" "$to" "$folder" >"$folder/returned" &
  wait_until 30 test -s "$folder/returned"
}

transfer_folder() {
  echo "$WORK/tcp-$1-$2"
}

is_listening_for_tcp() {
  on "$1" ss -Hltn "sport = :$2" | grep . >/dev/null
}

tcp_client() {
  local status=0
  on "$1" socat -t 30 - "TCP:$(reachable_address "$2"):${TCP_PORTS[$1-$2]},setsockopt-int=$TCP_USER_TIMEOUT" \
    2>>"$WORK/$1-tcp.log" || status=$?
  echo "$status" >"$3/ended"
}

write_lines() {
  local number filler
  printf -v filler '%*s' "$TCP_LINE_OCTETS" ''
  for ((number = 0; ; number++)); do
    [ ! -e "$1/enough" ] || return 0
    printf '%010d%s\n' "$number" "${filler// /.}"
    pause "$TCP_PAUSE"
  done
}

tcp_report() {
  local folder returned
  folder=$(transfer_folder "$1" "$2")
  touch "$folder/enough"
  wait_until 40 test -e "$folder/ended"
  returned=$(stat -c %s "$folder/returned")
  if [ "$(<"$folder/ended")" = 0 ] && cmp -s "$folder/sent" "$folder/returned"; then
    say "TCP: one connection, $returned octets sent and all of them returned unchanged"
  else
    say "TCP: broken after $returned octets: $(tail -n 1 "$WORK/$1-tcp.log")"
    return 1
  fi
}

tcp_gave_up() {
  [ -e "$(transfer_folder "$1" "$2")/ended" ]
}

tcp_moves() {
  local file before
  file=$(transfer_folder "$1" "$2")/returned
  before=$(stat -c %s "$file")
  wait_until 3 has_grown "$file" "$before"
}

has_grown() {
  [ "$(stat -c %s "$1")" -gt "$2" ]
}

tunnel_octets() {
  local box=$1 device=${2:-pmip0}
  on "$box" cat "/sys/class/net/$device/statistics/rx_bytes" "/sys/class/net/$device/statistics/tx_bytes" |
    xargs printf '%s received, %s sent'
}
