# shellcheck shell=bash
# Who there is, and the wires between them. The backbone is a router of its own, with a network for each box behind it.

# The kernel would find them by itself, but in the middle of what the scenario measures.
MODULES=(mac80211 ccm bridge veth ipip ip_gre nf_tables nft_meta_bridge)

access_point() { declare_box "$1" kind access_point "${@:2}"; }
router() { declare_box "$1" kind router "${@:2}"; }
correspondent() { declare_box "$1" kind correspondent wan "$2"; }
station() { declare_box "$1" kind station "${@:2}"; }

without_kernel_module() {
  mkdir -p /etc/modprobe.d
  printf 'install %s /bin/false\n' "$@" >>/etc/modprobe.d/lab.conf
}

start_network() {
  local box count=0 modules
  for box in "${BOXES[@]}"; do count=$((count + $(radios_wanted "$box"))); done
  modprobe -a "${MODULES[@]}" 2>/dev/null &
  modules=$!
  declare_box backbone kind backbone
  make_boxes "${BOXES[@]}"
  wait "$modules" || true
  modprobe mac80211_hwsim radios="$count"
  for box in "${BOXES[@]}"; do wire_box "$box"; done
  open_channels
  for box in "${BOXES[@]}"; do give_radios "$box"; done
  for box in $(boxes_of_kind access_point); do start_access_point "$box"; done
  for box in $(boxes_of_kind access_point); do wait_until 30 is_on_the_air "$box"; done
}

wire_box() {
  local box=$1
  case ${PROPERTY[$box/kind]} in
    access_point | router) wire_bridge "$box" && wire_wan "$box" && wire_uplink "$box" ;;
    correspondent) wire_wan "$box" ;;
    backbone) on "$box" sysctl -qw net.ipv4.ip_forward=1 ;;
  esac
}

# The backbone's end of each wire has the first address of the wire's network.
wire_wan() {
  local box=$1 address=${PROPERTY[$1/wan]:-} gateway
  [ -n "$address" ] || return 0
  gateway=${address%.*}.1
  ip -batch - <<BATCH
link add wan netns $box type veth peer name $box netns backbone
BATCH
  ip -n "$box" -batch - <<BATCH
addr add $address/24 dev wan
link set wan up
route add default via $gateway
BATCH
  ip -n backbone -batch - <<BATCH
addr add $gateway/24 dev $box
link set $box up
${PROPERTY[$box/network]:+route add ${PROPERTY[$box/network]} via $address}
BATCH
}

wire_bridge() {
  local box=$1 network=${PROPERTY[$1/network]} address
  address=$(own_address "$box")
  ip -n "$box" -batch - <<BATCH
link add br-lan type bridge
addr add $address/${network#*/} dev br-lan
link set br-lan up
BATCH
  # A box that only bridges is no router.
  [ -z "${PROPERTY[$box/wan]:-}" ] || on "$box" sysctl -qw net.ipv4.ip_forward=1
}

wire_uplink() {
  local box=$1 router=${PROPERTY[$1/uplink]:-}
  [ -n "$router" ] || return 0
  ip -batch - <<BATCH
link add eth0 netns $box type veth peer name lan-$box netns $router
BATCH
  ip -n "$box" link set eth0 master br-lan up
  ip -n "$router" link set "lan-$box" master br-lan up
  ip -n "$box" route add default via "$(own_address "$router")"
}

# Of its own network: the address told, or the first.
own_address() {
  local network=${PROPERTY[$1/network]%/*}
  echo "${PROPERTY[$1/address]:-${network%.*}.$((${network##*.} + 1))}"
}

# Where others reach a box from afar.
reachable_address() {
  case ${PROPERTY[$1/kind]} in
    station) address_of "$1" ;;
    *) echo "${PROPERTY[$1/wan]:-$(own_address "$1")}" ;;
  esac
}
