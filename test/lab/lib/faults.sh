# shellcheck shell=bash
# What goes wrong in networks, and what the demo does not need.

impair() {
  local box=$1 interface=$2
  shift 2
  on "$box" tc qdisc del dev "$interface" root 2>/dev/null || true
  [ $# -eq 0 ] || on "$box" tc qdisc add dev "$interface" root netem "$@"
}

# At the backbone's end: the box itself has all its routes.
cut_off() { ip -n backbone link set "$1" down; }

reconnect() {
  ip -n backbone link set "$1" up
  # The kernel has forgotten it with the link.
  [ -z "${PROPERTY[$1/network]:-}" ] || ip -n backbone route replace "${PROPERTY[$1/network]}" via "${PROPERTY[$1/wan]}"
}

# The engine reads this before the daemon; there is no namespace for the time of day.
set_clock() {
  local box=$1 seconds=$2
  PROPERTY["$box/clock"]=$seconds
  cat >"$WORK/$box-clock.js" <<SCRIPT
{
  const trueNow = Date.now;
  Date.now = () => trueNow() + $seconds * 1000;
}
SCRIPT
}

# The kernel gives the radios back when the box's network goes.
reboot() {
  local box=$1 key number=0
  for key in "${!PROGRAM[@]}"; do
    [[ $key != "$box/"* ]] || stop_program "$box" "${key#*/}" KILL
  done
  kill "${BOX_PROCESS[$box]}"
  ip netns del "$box"
  wait_until 30 radios_are_back "$box"
  make_boxes "$box"
  wire_box "$box"
  while [ -n "${PROPERTY[$box/phy$number]:-}" ]; do
    give_radio "$box" "$number" "${PROPERTY[$box/phy$number]}"
    number=$((number + 1))
  done
  [ "${PROPERTY[$box/kind]}" != station ] || start_station "$box"
  if [ "${PROPERTY[$box/kind]}" = access_point ]; then
    : >"$WORK/$box-hostapd.log"
    start_access_point "$box"
    wait_until 30 is_on_the_air "$box"
  fi
}

radios_are_back() {
  local number=0
  while [ -n "${PROPERTY[$1/phy$number]:-}" ]; do
    [ -e "/sys/class/ieee80211/${PROPERTY[$1/phy$number]}" ] || return 1
    number=$((number + 1))
  done
}
