# shellcheck shell=bash
# What goes wrong in networks, and what the demo does not need.

impair() {
  local box=$1 interface=$2
  shift 2
  on "$box" tc qdisc del dev "$interface" root 2>/dev/null || true
  [ $# -eq 0 ] || on "$box" tc qdisc add dev "$interface" root netem "$@"
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

serve_dhcp() {
  local box=$1 first=$2 last=$3
  on "$box" tee /run/udhcpd.conf >/dev/null <<CONF
start $first
end $last
interface br-lan
lease_file /run/udhcpd.leases
pidfile /run/udhcpd.pid
option subnet 255.255.255.0
option router $(own_address "$box")
option lease 600
CONF
  on "$box" touch /run/udhcpd.leases
  start_program "$box" udhcpd busybox udhcpd -f /run/udhcpd.conf
}

ask_dhcp() {
  local station=$1
  start_program "$station" udhcpc busybox udhcpc -f -i wlan0 -t 20 -T 1 -s "$LAB/lib/udhcpc-script.sh"
  wait_until 30 address_of "$station" >/dev/null
}

# SIGUSR2 makes it send a RELEASE, SIGTERM would not.
give_back_dhcp() {
  kill -USR2 "${PROGRAM[$1/udhcpc]}"
  pause 0.5
  stop_program "$1" udhcpc
}

address_of() {
  ip -n "$1" -brief -4 address show wlan0 | awk '$3 { sub("/.*", "", $3); print $3; found = 1 } END { exit !found }'
}
