# shellcheck shell=bash
# What tshark finds in the captures when the scenario is over. Registration messages are judged by another's dissector,
# not by our own decoder.

judge() {
  local results=$1 capture malformed
  for capture in "$results"/*.pcap; do
    [ -e "$capture" ] || return 0
    malformed=$(read_capture "$capture" -Y _ws.malformed -T fields -e frame.number -e _ws.col.Protocol)
    if [ -n "$malformed" ]; then
      printf 'lab: tshark finds malformed packets in %s:\n%s\n' "$capture" "$malformed" >&2
      return 1
    fi
  done
  [ ! -e "$results/radius-secret" ] || judge_radius "$results" "$(<"$results/radius-secret")"
  [ ! -e "$results/judge" ] || judge_registrations "$results"
}

read_capture() {
  tshark -n -r "$@" 2>/dev/null
}

# Type 1 and 3 (RFC 5944 §3.3, §3.4), code 0 or 1, each with a Mobile-Home authentication extension (32). A packet is in
# several captures, and once more inside when an error message quotes it, so this says that they are there, not how many.
judge_registrations() {
  local results=$1 capture requests=0 replies=0
  for capture in "$results"/*-wan.pcap; do
    requests=$((requests + $(count_packets "$capture" 'mip.type == 1 && mip.ext.type == 32 && !icmp')))
    replies=$((replies + $(count_packets "$capture" 'mip.type == 3 && mip.code <= 1 && mip.ext.type == 32 && !icmp')))
  done
  printf 'tshark: registration requests %s, accepted replies %s, malformed packets 0\n' "$requests" "$replies"
  [ "$requests" -gt 0 ] && [ "$replies" -gt 0 ]
}

# What was asked has a Message-Authenticator and a password that this secret uncovers; what was answered is signed with it.
# The other way round: with another secret tshark must find every answer invalid, or it has not looked.
judge_radius() {
  local results=$1 secret=$2 capture asked=0 answered=0 wrong=0
  for capture in "$results"/*-wan.pcap; do
    asked=$((asked + $(radius_packets "$secret" 'radius.code == 1 && radius.User_Password == "cisco" && radius.Message_Authenticator')))
    answered=$((answered + $(radius_packets "$secret" 'radius.code == 2 && radius.authenticator.valid == 1')))
    wrong=$((wrong + $(radius_packets "not $secret" 'radius.authenticator.valid == 1')))
  done
  printf 'tshark: RADIUS questions %s, authentic accepts %s\n' "$asked" "$answered"
  [ "$asked" -gt 0 ] && [ "$answered" -gt 0 ] && [ "$wrong" -eq 0 ]
}

radius_packets() {
  read_capture "$capture" -o "radius.shared_secret:$1" -o radius.validate_authenticator:TRUE -Y "$2 && !icmp" \
    -T fields -e frame.number | wc -l
}

count_packets() {
  read_capture "$1" -Y "$2" -T fields -e frame.number | wc -l
}
