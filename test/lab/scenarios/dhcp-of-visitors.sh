# shellcheck shell=bash
# Four stations with the DHCP clients that are in use have their addresses from their home network's dnsmasq, and roam to
# another network with a dnsmasq of its own. Both are authoritative: the one there would refuse them their addresses.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
station phone address dhcp
station laptop address dhcp
station tablet address dhcp
station board address dhcp
STATIONS=(phone laptop tablet board)
declare -A CLIENT=([phone]=udhcpc [laptop]=dhclient [tablet]=dhcpcd [board]=networkd) ADDRESS=() END=()

is_home_address() {
  [[ $(address_of "$1") == 10.1.0.* ]]
}

# The lease at home ends later than when this was last asked, and the station has its address still.
is_renewed() {
  local end
  end=$(lease_end ap1 "$1") && [ "$end" -gt "${END[$1]}" ] && [ "$(address_of "$1")" = "${ADDRESS[$1]}" ]
}

has_no_lease() {
  ! lease_end ap1 "$1" >/dev/null
}

has_local_address() {
  [[ $(address_of "$1") == 10.2.0.* ]]
}

remember_lease() {
  END[$1]=$(lease_end ap1 "$1")
}

step "two access points, each a router with pmip and dnsmasq"
start_network
configure_as_usual ap1 ap2
start_pmip ap1
start_pmip ap2
serve_dhcp ap1 10.1.0.100 10.1.0.150
serve_dhcp ap2 10.2.0.100 10.2.0.150

step "four stations join at home and get their addresses"
for station in "${STATIONS[@]}"; do
  associate "$station" ap1
  ask_dhcp "$station" "${CLIENT[$station]}"
  ADDRESS[$station]=$(address_of "$station")
  expect "$station (${CLIENT[$station]}) has ${ADDRESS[$station]}" is_home_address "$station"
  remember_lease "$station"
done
expect_not "the daemon had to pass anything on" pmip_says ap1 "DHCP of station"

step "they roam to AP 2; dhclient begins again with the address that it had (INIT-REBOOT)"
stop_dhcp laptop
for station in "${STATIONS[@]}"; do roam "$station" ap2; done
for station in "${STATIONS[@]}"; do remember_lease "$station"; done
ask_dhcp laptop
renew_dhcp phone
for station in laptop phone tablet board; do
  expect "the lease of $station is renewed at home, ${ADDRESS[$station]} is kept" wait_until 60 is_renewed "$station"
  remember_lease "$station"
done

step "they go on, and half of the time is over (RENEW)"
for station in laptop tablet board; do
  expect "the lease of $station is renewed once more" wait_until 60 is_renewed "$station"
done

step "now their own server cannot be reached by unicast (REBIND)"
for station in "${STATIONS[@]}"; do
  only_rebinds "$station"
  remember_lease "$station"
done
renew_dhcp phone
for station in "${STATIONS[@]}"; do
  expect "the lease of $station is renewed once more" wait_until 90 is_renewed "$station"
done
for station in "${STATIONS[@]}"; do
  expect_not "the visited network's server has heard of $station" has_served ap2 "$station"
done

step "two give their addresses back (RELEASE), the phone begins anew (DISCOVER)"
for station in laptop tablet; do
  on "$station" nft delete table ip lab
  give_back_dhcp "$station"
  expect "the home server has no lease of $station any more" wait_until 20 has_no_lease "$station"
  expect "and it is a visitor no more" wait_until 20 pmip_says ap1 "${ADDRESS[$station]} deregistered"
  expect_not "the visited network's server has heard of it" has_served ap2 "$station"
done
stop_dhcp phone
start_udhcpc phone
expect "the phone gets an address of the visited network" wait_until 30 has_local_address phone
expect "and it is a visitor no more" wait_until 20 pmip_says ap1 "${ADDRESS[phone]} deregistered"
result "leases renewed and given back at home, nothing asked of the visited network's server"
