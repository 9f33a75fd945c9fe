# shellcheck shell=bash
# Stations that must not be proxied, or not as they say: one with Mobile IP software of its own, one that claims another's
# address, one that probes an address, one with two addresses. And `pmip trail` tells why.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station forger address 10.1.0.78/24 gateway 10.1.0.1
station mobile address 10.1.0.79/24 gateway 10.1.0.1

reaches() {
  on "$1" ping -n -q -c 3 -i 0.2 -W 2 "${@:3}" "$2" >/dev/null
}

# trail_says STATION WORDS
trail_says() {
  on ap2 pmip trail "$(mac_of "$1")" | grep -F "$2" >/dev/null
}

is_visitor() {
  on ap2 ubus call pmip visitors | grep -F "\"$1\"" >/dev/null
}

visits_with() {
  visitors_of ap2 | grep -qx "$1 $(mac_of "$2")"
}

has_arrived() {
  has_heard cn watch 'ICMP echo request'
}

claims() {
  on "$1" busybox arping -q -U -c 2 -I wlan0 -s "$2" "$2" || true
}

# Without ARP before, which alone would make it a visitor.
says_to_agents() {
  echo 'not for a proxy' |
    on "$1" socat -u - "UDP4-DATAGRAM:255.255.255.255:434,broadcast,so-bindtodevice=wlan0,bind=$2:2434"
}

step "a phone visits"
start_network
configure_as_usual ap1 ap2
start_pmip ap1
start_pmip ap2
associate phone ap2
expect "it reaches a correspondent" wait_until 20 reaches phone 10.255.3.2
expect "its trail has the way from its first frame to its registration" trail_says phone "is registered for"

step "another station claims the phone's address, and then the access point's"
ip -n forger address flush dev wlan0
ip -n forger address add 10.1.0.77/24 dev wlan0
associate forger ap2
claims forger 10.1.0.77
expect "it is refused, and its trail says why" wait_until 5 trail_says forger "another station has this address already"
expect "the phone keeps its visit" visits_with 10.1.0.77 phone
expect "and its traffic" reaches phone 10.255.3.2
listen cn watch wan icmp and greater 300
ip -n forger route replace default via 10.1.0.1
ip -n forger neigh replace 10.1.0.1 lladdr "$(mac_of ap2 br-lan)" dev wlan0 nud permanent
on forger ping -q -c 3 -i 0.2 -W 1 -s 300 10.255.3.2 >/dev/null || true
expect_not "what it sends in the phone's name arrives anywhere" has_arrived
reaches phone 10.255.3.2 -s 300
expect "what the phone sends does" wait_until 5 has_arrived
ip -n forger neigh delete 10.1.0.1 dev wlan0
ip -n forger address add 10.2.0.1/32 dev wlan0
claims forger 10.2.0.1
expect "nor does it get the access point's own" wait_until 5 pmip_says ap2 "10.2.0.1 is not proxied"

step "it probes an address from 0.0.0.0, uses a link-local one, then takes one of its own"
ip -n forger address flush dev wlan0
on forger busybox arping -q -D -c 2 -I wlan0 10.1.0.78 || true
ip -n forger address add 169.254.7.7/16 dev wlan0
claims forger 169.254.7.7
expect_not "a probe makes nobody a visitor" is_visitor 10.1.0.78
ip -n forger address flush dev wlan0
ip -n forger address add 10.1.0.78/24 dev wlan0
ip -n forger route replace default via 10.1.0.1
expect "its own address makes it one" wait_until 20 reaches forger 10.255.3.2
expect "with its MAC address" visits_with 10.1.0.78 forger

step "the phone has a second address of its home network"
ip -n phone address add 10.1.0.90/24 dev wlan0
claims phone 10.1.0.90
expect "the trail says that only one is served" wait_until 5 trail_says phone "only one is served"
expect "which goes on as before" reaches phone 10.255.3.2 -I 10.1.0.77

step "a station registers itself: software of its own"
associate mobile ap2
says_to_agents mobile 10.1.0.79
expect "it is left alone" wait_until 5 trail_says mobile "Mobile IP software of its own"
! reaches mobile 10.255.3.2 || true
expect_not "no visit is made for it" is_visitor 10.1.0.79

step "one that is registered already begins to do so"
says_to_agents forger 10.1.0.78
expect "its proxy registration is no longer renewed or used" wait_until 5 trail_says forger "software of its own"
on ap2 pmip trail "$(mac_of forger)"
on ap2 pmip stations
result "whoever must be left alone is, and the trail says why"
