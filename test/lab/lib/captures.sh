# shellcheck shell=bash
# Captures of every link, for people to look at and for tshark to judge when the scenario is over (judge.sh).

CAPTURES=()

capture() {
  local box interface
  for box in "${BOXES[@]}"; do
    for interface in $(links_of "$box"); do
      # Debian's tcpdump would give up root, and with it the right to write here.
      start_program "$box" "tcpdump-$interface" tcpdump -Z root -n -s 0 -i "$interface" -w "$WORK/$box-$interface.pcap"
      CAPTURES+=("$box tcpdump-$interface")
    done
  done
  for capture in "${CAPTURES[@]}"; do
    # shellcheck disable=SC2086 # box and program
    wait_until 30 is_listening $capture
  done
}

is_listening() {
  program_log "$1" "$2" 2>/dev/null | grep 'listening on' >/dev/null
}

# listen BOX NAME INTERFACE [OPTION...] FILTER...: what comes there is in the program's log at once, a line for each packet.
listen() {
  start_program "$1" "$2" tcpdump -Z root -e -n -l --immediate-mode -i "$3" "${@:4}"
  wait_until 30 is_listening "$1" "$2"
}

# has_heard BOX NAME PATTERN
has_heard() {
  program_log "$1" "$2" | grep -E "$3" >/dev/null
}

# The stations' own ends show nothing that the access points' ends of the air do not show.
links_of() {
  local number
  case ${PROPERTY[$1/kind]} in
    access_point)
      for ((number = 0; number < $(radios_wanted "$1"); number++)); do echo "phy$number-ap0"; done
      [ -z "${PROPERTY[$1/wan]:-}" ] || echo wan
      [ -z "${PROPERTY[$1/uplink]:-}" ] || echo eth0
      ;;
    router)
      [ -z "${PROPERTY[$1/wan]:-}" ] || echo wan
      [ -z "${PROPERTY[$1/uplink]:-}" ] || echo eth0
      ;;
    correspondent) echo wan ;;
  esac
}

expect_registrations() {
  echo registrations >>"$RESULTS/judge"
}

expect_radius() {
  printf '%s\n' "$1" >"$RESULTS/radius-secret"
}

finish_captures() {
  local capture
  for capture in "${CAPTURES[@]}"; do
    # shellcheck disable=SC2086 # box and program
    stop_program $capture
    rm -f "$WORK/${capture// /-}.log"
  done
}
