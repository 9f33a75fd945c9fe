# shellcheck shell=bash
# Access points that only bridge, with agents and dnsmasq on the routers of their networks: a visitor's lease is renewed at
# home, also when its home could not be reached for a while; it is given back there, or refused; and `option dhcp strict`.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
access_point ap1 network 10.1.0.0/24 address 10.1.0.2 band 2.4 uplink ha
access_point ap2 network 10.2.0.0/24 address 10.2.0.2 band 5 uplink fa
station phone address dhcp
station laptop address dhcp
station tablet address dhcp

is_renewed() {
  local end
  end=$(lease_end ha "$1") && [ "$end" -gt "$END" ]
}

has_address() {
  [ "$(address_of "$1")" = "$2" ]
}

has_local_address() {
  [[ $(address_of "$1") == 10.2.0.* ]]
}

step "two routers are agents and DHCP servers, each with an access point that only bridges"
start_network
configure_as_usual ha fa ap1 ap2
for box in ha fa ap1 ap2; do start_pmip "$box"; done
serve_dhcp ha 10.1.0.100 10.1.0.150
serve_dhcp fa 10.2.0.100 10.2.0.150
expect "AP 2 has found the foreign agent" wait_until 20 pmip_says ap2 "found mobility agent 10.2.0.1"

step "phone, laptop and tablet get their addresses at home"
for station in phone laptop tablet; do associate "$station" ap1; done
ask_dhcp phone udhcpc
ask_dhcp laptop dhclient
ask_dhcp tablet dhclient
PHONE=$(address_of phone) LAPTOP=$(address_of laptop) TABLET=$(address_of tablet)
say "the phone $PHONE, the laptop $LAPTOP, the tablet $TABLET"

step "the home network is cut off; the laptop roams, and asks whether it may keep its address (INIT-REBOOT)"
stop_dhcp laptop
ip -n ha link set wan down
roam laptop ap2
END=$(lease_end ha laptop)
ask_dhcp laptop
expect "that waits for the registration" wait_until 20 pmip_says ap2 "DHCP of $LAPTOP waits"
pause 5
expect_not "its lease is renewed" is_renewed laptop
expect_not "the visited network's server has heard of it" has_served fa laptop
expect "it has its address still" has_address laptop "$LAPTOP"

step "the home network is back"
ip -n ha link set wan up
ip -n ha route add default via 10.255.1.1
expect "the lease of the laptop is renewed at home" wait_until 60 is_renewed laptop
expect_not "the visited network's server has heard of it" has_served fa laptop
expect "it has its address still" has_address laptop "$LAPTOP"

step "the phone roams, renews its lease and gives its address back (RELEASE)"
roam phone ap2
END=$(lease_end ha phone)
renew_dhcp phone
expect "the lease of the phone is renewed at home" wait_until 30 is_renewed phone
give_back_dhcp phone
expect_not "dnsmasq at home has a lease of the phone any more" lease_end ha phone
expect "the home agent has no binding any more" wait_until 10 pmip_says ha "$PHONE deregistered"
expect_not "the visited network's server has heard of the phone" has_served fa phone

step "the phone asks for an address where it is (DISCOVER)"
start_udhcpc phone
expect "it gets one of the visited network" wait_until 30 has_local_address phone

step "at home the laptop's address is given to somebody else: its next renewal is refused"
stop_program ha dnsmasq
on ha sed -i "s/$(mac_of laptop)/02:00:00:00:99:99/g" /run/dnsmasq.leases
serve_dhcp ha 10.1.0.100 10.1.0.150
expect "the home agent tells it" wait_until 60 pmip_says ha "refuses $LAPTOP its address"
expect "it begins anew, and gets an address of the visited network" wait_until 60 has_local_address laptop
expect "its binding has ended" wait_until 10 pmip_says ha "$LAPTOP deregistered"

step "with 'option dhcp strict' the tablet asks for its address again"
roam tablet ap2
configure ap2 <<<"set pmip.main.dhcp=strict"
kill -HUP "${PROGRAM[ap2/pmip]}"
stop_dhcp tablet
start_dhclient tablet
expect "it is not proxied any more" wait_until 20 pmip_says ap2 "$TABLET is not proxied: it asks for an address by DHCP"
expect "it gets an address of the visited network" wait_until 60 has_local_address tablet
result "renewed at home through the routers, released or refused there; local with strict"
