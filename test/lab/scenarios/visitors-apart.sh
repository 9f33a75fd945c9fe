# shellcheck shell=bash
# Two visitors of one home network: each finds its gateway and its home network's hosts where they were, reaches the other,
# and has nothing to do with the hosts of the network that it visits.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
router local network 10.2.0.0/24 address 10.2.0.50 uplink ap2
router homehost network 10.1.0.0/24 address 10.1.0.50 uplink ap1
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station tablet address 10.1.0.78/24 gateway 10.1.0.1
station laptop address 10.2.0.77/24 gateway 10.2.0.1
station desk address dhcp

GATEWAY=10.1.0.1
HOME_HOST=10.1.0.50

# reaches FROM TO [MORE...]
reaches() {
  on "$1" ping -n -q -c 3 -i 0.2 -W 2 "${@:3}" "$2" >/dev/null
}

# The MAC address that a station has in its ARP cache.
knows() {
  ip -n "$1" neigh show "$2" dev wlan0 | awk '{ for (i = 1; i < NF; i++) if ($i == "lladdr") print $(i + 1) }'
}

has_gateway() {
  [ "$(knows phone $GATEWAY)" = "$GATEWAY_MAC" ]
}

forget_neighbours() {
  ip -n "$1" neigh flush dev wlan0
}

# Its own MAC address is asked alone, as clients do that watch their gateway.
probes_gateway() {
  ip -n phone neigh replace $GATEWAY lladdr "$GATEWAY_MAC" dev wlan0 nud probe
  wait_until 3 is_reachable
}

is_reachable() {
  ip -n phone neigh show $GATEWAY dev wlan0 | grep -q REACHABLE
}

watch() {
  listen "$1" watch "${@:2}"
}

has_seen() {
  has_heard "$1" watch "$2"
}

advertisements() {
  program_log local watch | grep -c 'router advertisement' || true
}

# An agent that offers something else says so at once.
advertise_at_once() {
  heard=$(advertisements)
  configure ap2 <<<"set pmip.lan.advertise_interval=$1"
  kill -HUP "${PROGRAM[ap2/pmip]}"
}

has_heard_more_than() {
  [ "$(advertisements)" -gt "$1" ]
}

sends_broadcast() {
  echo hello | on "$1" socat -u - "UDP-DATAGRAM:$2:5353,broadcast${3:+,bind=$3}" 2>/dev/null
}

has_copies() {
  on ap2 nft list table netdev pmip 2>/dev/null | grep 'hook egress' >/dev/null
}

step "two networks; pmip knows the home gateway's MAC address"
start_network
GATEWAY_MAC=$(mac_of ap1 br-lan)
configure_as_usual ap1 ap2
configure ap2 <<<"set pmip.net_ap1.gateway_mac=$GATEWAY_MAC"
start_pmip ap1
start_pmip ap2
associate phone ap2
associate tablet ap2
watch phone wlan0 udp port 434

step "the phone is a visitor from its first packet on"
expect "it reaches a correspondent" wait_until 20 reaches phone 10.255.3.2
expect "its gateway has the MAC address that it has at home" has_gateway
expect "it reaches a wired host of its home network" reaches phone $HOME_HOST
expect "which has the gateway's MAC address" test "$(knows phone $HOME_HOST)" = "$GATEWAY_MAC"
expect "a probe sent to the gateway alone is answered" probes_gateway
expect "nobody answers for its own address: it may keep it" on phone busybox arping -q -D -c 2 -I wlan0 10.1.0.77
expect_not "it has got a registration message" has_seen phone 'ethertype IPv4'

step "the tablet visits too"
expect "it reaches a correspondent" wait_until 20 reaches tablet 10.255.3.2
expect "the phone reaches the tablet" wait_until 10 reaches phone 10.1.0.78
expect "the tablet reaches the phone" reaches tablet 10.1.0.77

step "broadcasts, of visitors that are known as such by now"
watch local br-lan
phone_mac=$(mac_of phone)
sends_broadcast phone 255.255.255.255 10.1.0.77
sends_broadcast phone 10.1.0.255 10.1.0.77
sends_broadcast phone 224.0.0.251 10.1.0.77
forget_neighbours phone
reaches phone 10.255.3.2
pause 1
expect_not "a local host has heard anything of the phone" has_seen local "$phone_mac"
expect_not "or of its address" has_seen local '10\.1\.0\.77'
expect "and all is well" reaches phone 10.255.3.2

step "broadcasts of the visited network, and what its agents say to everybody"
listen phone air wlan0 not ip6
sends_broadcast local 10.2.0.255
advertise_at_once 5
expect "the wire has heard an advertisement" wait_until 10 has_heard_more_than "$heard"
pause 1
expect_not "a visitor has heard anything of that" has_heard phone air '10\.2\.0\.'

step "a local station joins the visitors"
associate laptop ap2
watch laptop wlan0 not ip6
expect "it reaches a correspondent" wait_until 20 reaches laptop 10.255.3.2
sends_broadcast local 10.2.0.255
expect "the broadcasts of its network are there for it" wait_until 5 has_seen laptop '10\.2\.0\.255\.5353'
advertise_at_once 6
expect "the wire has heard an advertisement" wait_until 10 has_heard_more_than "$heard"
pause 1
expect_not "a station has" has_seen laptop 'router advertisement'
expect_not "and no visitor either" has_heard phone air 'router advertisement'

step "another local station joins them: each of the two networks has broadcasts of its own"
serve_dhcp ap2 10.2.0.200 10.2.0.210
associate desk ap2
ask_dhcp desk
expect "it has an address of the network's DHCP server" wait_until 30 address_of desk
watch desk wlan0 not ip6
expect "it reaches a correspondent" wait_until 20 reaches desk 10.255.3.2
listen phone mixed wlan0 not ip6
expect "the local stations have copies of their own" wait_until 10 has_copies
sends_broadcast local 10.2.0.255
expect "a broadcast of the wire is there for the one" wait_until 5 has_heard desk watch '10\.2\.0\.50.*10\.2\.0\.255'
sends_broadcast laptop 10.2.0.255 10.2.0.77
expect "one of the other local station too" wait_until 5 has_heard desk watch '10\.2\.0\.77.*10\.2\.0\.255'
expect "the wire hears that" wait_until 5 has_heard local watch '10\.2\.0\.77.*10\.2\.0\.255'
sends_broadcast phone 10.1.0.255 10.1.0.77
for station in laptop desk; do forget_neighbours $station; done
expect "the local stations find each other" reaches laptop "$(address_of desk)"
forget_neighbours phone
forget_neighbours tablet
expect "the visitors find each other" reaches phone 10.1.0.78
pause 1
expect_not "a visitor has heard a broadcast of the network that it visits" has_heard phone mixed 'ff:ff:ff:ff:ff:ff.*10\.2\.0\.'
expect_not "a local station has heard one of a visitor" has_heard desk watch '10\.1\.0\.'

step "the visitors leave"
leave phone
leave tablet
expect "there is no need for copies any more" wait_until 20 eval '! has_copies'
pause 1
sends_broadcast laptop 10.2.0.255 10.2.0.77
expect "broadcasts are what they were before" wait_until 5 has_heard desk watch '> ff:ff:ff:ff:ff:ff.*10\.2\.0\.77.*10\.2\.0\.255'
result "visitors are at home in their own network, and strangers in the other"
