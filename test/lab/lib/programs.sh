# shellcheck shell=bash
# OpenWrt's programs in the boxes: the real ones that LAB_UBUSD, LAB_UBUS, LAB_UCI and LAB_HOSTAPD name, or the project's
# stand-ins for them.

ENGINE=$LAB_ROOT/build/quickjs/qjs

install_programs() {
  install_program ubusd "${LAB_UBUSD:-}"
  install_program ubus "${LAB_UBUS:-}"
  install_program uci "${LAB_UCI:-}"
  install_program netifd ''
  install_program assistant ''
  # OpenWrt's hostapd is on ubus by itself.
  [ -n "${LAB_HOSTAPD:-}" ] || install_program hostapd-ubus ''
  write_program pmip "$ENGINE" -m "$LAB_ROOT/dist/pmip-command.js"
}

install_program() {
  local name=$1 real=$2
  if [ -n "$real" ]; then
    write_program "$name" "$real"
  else
    write_program "$name" "$ENGINE" -m "$LAB_ROOT/build/stand-ins/$name.js"
  fi
}

write_program() {
  local name=$1
  shift
  printf '#!/bin/sh\nexec%s "$@"\n' "$(printf ' %q' "$@")" >"/.lab/bin/$name"
  chmod +x "/.lab/bin/$name"
}
install_programs

start_access_point() {
  local box=$1 number=0 band configurations=() interfaces=()
  for band in ${PROPERTY[$box/band]}; do
    write_hostapd_configuration "$box" "$number" "$band"
    configurations+=("/run/hostapd-$number.conf")
    interfaces+=("phy$number-ap0")
    number=$((number + 1))
  done
  start_ubusd "$box"
  start_program "$box" hostapd "${LAB_HOSTAPD:-hostapd}" -t "${configurations[@]}"
  [ -n "${LAB_HOSTAPD:-}" ] || start_program "$box" hostapd-ubus hostapd-ubus "${interfaces[@]}"
}

start_ubusd() {
  start_program "$1" ubusd ubusd -s /var/run/ubus/ubus.sock
}

# What netifd would tell of the radios; told again, it says so from then on when it is asked.
start_netifd() {
  on "$1" tee /run/wireless.json >/dev/null
  is_running "$1" netifd || start_program "$1" netifd netifd /run/wireless.json
}

is_on_the_air() {
  local box=$1 band number=0
  for band in ${PROPERTY[$box/band]}; do
    grep -q "phy$number-ap0: AP-ENABLED" "$WORK/$box-hostapd.log" || return 1
    number=$((number + 1))
  done
}

configure() {
  local box=$1
  on "$box" uci batch
  on "$box" uci commit pmip
}

# What LuCI's assistant makes of the answers there.
answer() {
  local box=$1
  on "$box" assistant "$SSID" "${@:2}" >"$WORK/$box-answers.uci"
  configure "$box" <"$WORK/$box-answers.uci" >/dev/null
}

# Proxy Mobile IP as a user would set it up on routers that know each other: all are agents of their own networks, all
# know where the others' networks are at home, and one key serves all clients. Access points that only bridge are no
# agents, and find theirs.
configure_as_usual() {
  local box each
  for box in "$@"; do
    {
      cat <<UCI
set pmip.main=pmip
set pmip.main.enabled=1
set pmip.main.log_level=info
set pmip.lan=bridge
set pmip.lan.device=br-lan
add_list pmip.lan.ssid=$SSID
UCI
      [ -n "${PROPERTY[$box/wan]:-}" ] || printf 'set pmip.lan.%s_agent=0\n' home foreign
      for each in $(boxes_of_kind access_point router); do
        [ -z "${PROPERTY[$each/wan]:-}" ] || usual_sections "$each"
      done
    } | configure "$box"
  done
}

usual_sections() {
  local network=${PROPERTY[$1/network]}
  cat <<UCI
set pmip.net_$1=subnet
set pmip.net_$1.network=$network
set pmip.net_$1.home_agent=$(own_address "$1")
set pmip.of_$1=secure_node
set pmip.of_$1.start=${network%.*}.2
set pmip.of_$1.end=${network%.*}.254
set pmip.of_$1.spi=102
set pmip.of_$1.ascii=0987654
set pmip.of_$1.algorithm=hmac-md5
UCI
}

# No fixed row of the map.
forget_map() {
  local box each
  for box in "$@"; do
    for each in $(boxes_of_kind access_point router); do
      [ -z "${PROPERTY[$each/wan]:-}" ] || printf 'delete pmip.net_%s\n' "$each"
    done | configure "$box"
  done
}

# In place of fixed rows: a subnet map that the boxes make themselves.
map_by_authorities() {
  local authorities=$1 box each
  shift
  forget_map "$@"
  for box in "$@"; do
    {
      for each in $authorities; do printf 'add_list pmip.main.aap=%s\n' "$(reachable_address "$each")"; done
      echo 'set pmip.main.aap_key=change-this-secret'
    } | configure "$box"
  done
}

# What agents need for revocations: an association of each with each, whichever of its addresses it speaks from.
agents_share_a_key() {
  local box each name address
  for box in "$@"; do
    for each in "$@"; do
      for name in "own_$each" "wan_$each"; do
        address=$(own_address "$each")
        [ "$name" != "wan_$each" ] || address=${PROPERTY[$each/wan]}
        cat <<UCI
set pmip.$name=secure_agent
set pmip.$name.kind=foreign-home
set pmip.$name.start=$address
set pmip.$name.spi=200
set pmip.$name.ascii=between-agents
set pmip.$name.algorithm=hmac-sha256
UCI
      done
    done | configure "$box"
  done
}

start_pmip() {
  local box=$1 clock=()
  [ -z "${PROPERTY[$box/clock]:-}" ] || clock=(-I "$WORK/$box-clock.js")
  start_program "$box" pmip "$ENGINE" --strip-source "${clock[@]}" -m "$LAB_ROOT/dist/pmip.js" daemon
  wait_until 30 pmip_has_spoken "$box"
}

pmip_has_spoken() {
  [ -s "$WORK/$1-pmip.log" ] || { is_running "$1" pmip || return 0; false; }
}

stop_pmip() {
  stop_program "$1" pmip "${2:-TERM}"
}

pmip_log() {
  program_log "$1" pmip
}

pmip_says() {
  pmip_log "$1" | grep -F "$2" >/dev/null
}

# Whether a table that pmip shows (bindings, visitors, stations, ...) has a row of an address.
has_row() {
  local table address
  table=$(on "$1" ubus call pmip "$2" 2>/dev/null) || return 1
  for address in "${@:3}"; do [[ $table == *"\"$address\""* ]] || return 1; done
}
