# shellcheck shell=bash
# Who is served: the switch must be on for pmip, the bridge, the radio and the SSID. What is not served says why; a pause
# takes visitors back and gives them up to nobody; what a new configuration does not concern stays.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 2.4 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
router wired network 10.2.0.0/24 address 10.2.0.9 uplink ap2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station local address 10.2.0.77/24 gateway 10.2.0.1

reaches() {
  on "$1" ping -n -q -c 3 -i 0.2 -W 2 "$2" >/dev/null
}

# Says what the configuration of ap2 is from now on, as procd does after a commit.
change() {
  configure ap2
  kill -HUP "${PROGRAM[ap2/pmip]}"
}

# status_has WORDS: of the status of ap2.
status_has() {
  on ap2 ubus call pmip status | tr -d '\n\t ' | grep -F "${1// /}" >/dev/null
}

bss_says() {
  status_has "\"frequency_mhz\":$1,\"served\":false,\"reason\":\"$2\""
}

bss_is_served() {
  status_has "\"frequency_mhz\":$1,\"served\":true"
}

port_says() {
  status_has "\"port\":\"$1\",\"bridge\":\"br-lan\",$2"
}

# The agents of ap2 are what another box on its wire is looking for.
has_found_agents() {
  [ "$(pmip_log wired | grep -c 'found mobility agent 10.2.0.1')" = "$1" ]
}

wireless() {
  start_netifd ap2 <<JSON
{ "radio0": { "interfaces": [ { "ifname": "phy0-ap0", "config": { "mode": "ap", "network": ["lan"] }, "vlans": [] } ] },
  "radio1": { "interfaces": [ { "ifname": "phy1-ap0", "config": { "mode": "ap", "network": ["lan"]$1 }, "vlans": [$2] }$3 ] } }
JSON
  # It is asked when an object comes, and once a minute.
  [ -z "${LAB_HOSTAPD:-}" ] || return 0
  stop_program ap2 hostapd-ubus
  start_program ap2 hostapd-ubus hostapd-ubus phy0-ap0 phy1-ap0
}

step "pmip is there and switched off, as it is installed"
start_network
wireless '' '' ''
configure_as_usual ap1 ap2 wired
configure ap2 <<<'set pmip.main.enabled=0'
start_pmip ap1
start_pmip ap2
expect "its BSSs say so" wait_until 10 bss_says 2412 disabled
associate phone ap2 5
expect_not "a station from elsewhere reaches nothing" reaches phone 10.255.3.2

step "it is switched on for one radio; the phone is at the other"
change <<UCI
set pmip.main.enabled=1
add_list pmip.lan.radio=radio0
UCI
expect "the other one says why it is not served" wait_until 10 bss_says 5180 radioNotChosen
expect "the phone's trail says that its BSS is not served" wait_until 10 pmip_says ap2 "which is not served"
expect_not "it reaches nothing" reaches phone 10.255.3.2
change <<<'del_list pmip.lan.radio=radio0'
expect "for all radios: the phone is a visitor" wait_until 20 reaches phone 10.255.3.2
associate local ap2 2.4
expect "a local station is at home" wait_until 20 reaches local 10.255.3.2
ping_begin local cn

step "a change that does not concern the phone leaves it alone"
renewals=$(pmip_log ap2 | grep -c 'registering 10.1.0.77')
change <<UCI
set pmip.other=subnet
set pmip.other.network=10.9.0.0/24
set pmip.other.home_agent=10.255.1.2
UCI
pause 2
expect "no new registration" test "$(pmip_log ap2 | grep -c 'registering 10.1.0.77')" = "$renewals"
expect "its traffic goes on" reaches phone 10.255.3.2

step "pause"
change <<<'set pmip.main.paused=1'
expect "the bridge says so" wait_until 10 status_has '"reason":"paused"'
expect "the phone is deregistered at home" wait_until 10 pmip_says ap1 "10.1.0.77 deregistered"
expect_not "it reaches nothing" reaches phone 10.255.3.2
expect "but the agents go on" has_row ap2 agents 10.2.0.1
change <<<'set pmip.main.paused=0'
expect "resumed, it is a visitor again, with the same configuration" wait_until 20 reaches phone 10.255.3.2

step "a wired port is not named, then it is"
start_pmip wired
expect "a box on the wire finds the agents" wait_until 20 has_found_agents 1
change <<<'add_list pmip.lan.port=eth9'
expect "the port says that it is not chosen" wait_until 10 port_says lan-wired '"served":false,"reason":"portNotChosen"'
expect "a name that is of no port is told" port_says eth9 '"served":false,"reason":"noSuchPort"'
stop_program wired pmip
start_pmip wired
expect "the box does not find them any more" wait_until 20 pmip_says wired "no foreign agent answers"
expect_not "nor hears of them" has_found_agents 2
change <<<'add_list pmip.lan.port=lan-wired'
expect "named, it finds them again" wait_until 30 has_found_agents 2
expect "the port takes part" port_says lan-wired '"served":true'
expect "the phone is served all the while" reaches phone 10.255.3.2
stop_program wired pmip
change <<UCI
del_list pmip.lan.port=eth9
del_list pmip.lan.port=lan-wired
UCI

step "another SSID is named"
change <<UCI
del_list pmip.lan.ssid=$SSID
add_list pmip.lan.ssid=other
UCI
expect "the BSS says why it is not served" wait_until 10 bss_says 5180 ssidNotChosen
expect "the phone's visit has ended" wait_until 10 eval '! has_row ap2 visitors 10.1.0.77'
change <<<"add_list pmip.lan.ssid=$SSID"
expect "named again: a visitor" wait_until 20 reaches phone 10.255.3.2

step "netifd says that stations of one radio are put into VLANs, then that it is a repeater"
wireless '' '{ "ifname": "phy1-ap0-v10" }' ''
expect "an SSID with VLANs is refused" wait_until 20 bss_says 5180 ssidWithVlans
expect "the other radio is not concerned" bss_is_served 2412
wireless '' '' ', { "ifname": "phy1-sta0", "config": { "mode": "sta", "network": ["lan"] }, "vlans": [] }'
expect "both BSSs of a repeater are refused" wait_until 20 bss_says 2412 repeater
wireless '' '' ''
expect "that is over" wait_until 20 bss_is_served 5180

step "bridges that cannot be served"
ip -n ap2 link add br-bare type bridge
ip -n ap2 link set br-bare up
ip -n ap2 link add link br-lan name br-lan.10 type vlan id 10
ip -n ap2 address add 10.2.10.1/24 dev br-lan.10
change <<UCI
set pmip.bare=bridge
set pmip.bare.device=br-bare
add_list pmip.bare.ssid=bare
set pmip.vlan=bridge
set pmip.vlan.device=br-lan.10
add_list pmip.vlan.ssid=vlan
UCI
expect "one without an address says so" wait_until 10 status_has '"reason":"noAddress"'
expect "one that is a VLAN of a bridge says so" wait_until 10 status_has '"reason":"noBridge"'
expect "the phone is served all the same" wait_until 20 reaches phone 10.255.3.2

step "what the local station has felt of all this"
ping_report local cn
expect "it was never away for long" test "$(longest_rest local cn)" -lt 5000
result "served is who should be, and the rest says why not"
