# shellcheck shell=bash
# A map that nobody has typed: three access points, two of them authoritative. A phone roams, and goes on to roam when the
# first authoritative access point is killed.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
access_point ap3 network 10.3.0.0/24 band 5 wan 10.255.4.2
correspondent cn 10.255.3.2
station phone address 10.3.0.77/24 gateway 10.3.0.1

knows_map() {
  local network
  for network in 10.1.0.0/24 10.2.0.0/24 10.3.0.0/24; do
    on "$1" ubus call pmip subnet_map | grep -F "\"$network\"" >/dev/null || return 1
  done
}

is_served_by() {
  on "$1" ubus call pmip status | tr -d ' \t\n' | grep -F "\"address\":\"$2\",\"state\":\"answers\"" >/dev/null
}

# The station's line comes from the directory, and no frame of its own was needed.
was_hinted() {
  pmip_says "$1" "10.3.0.77 is $2 (learned by directory)"
}

was_registered() {
  pmip_says "$1" "10.3.0.77 is registered"
}

step "three access points, no row of the map in any configuration; 1 and 2 are authoritative"
start_network
configure_as_usual ap1 ap2 ap3
map_by_authorities ap1 ap2 ap3
for box in ap1 ap2 ap3; do start_pmip "$box"; done
for box in ap1 ap2 ap3; do expect "$box knows all three networks" wait_until 60 knows_map "$box"; done
capture
expect_registrations

step "the phone joins at home, at AP 3; ping and TCP begin"
associate phone ap3
ping_begin phone cn
tcp_begin phone cn
pause 2

step "it roams to AP 2"
roam phone ap2
expect "it is registered there" wait_until 30 was_registered ap2
expect "as soon as it was associated, by what AP 3 had told" was_hinted ap2 'away from home'
expect "AP 3 has learned at once that it moved" wait_until 30 has_row ap3 bindings 10.3.0.77
pause 2
expect "TCP goes on" tcp_moves phone cn

step "AP 1 is killed: the first authoritative access point"
stop_pmip ap1 KILL
roam phone ap3
pause 3
expect "TCP goes on, at home" tcp_moves phone cn
expect "AP 3 has turned to AP 2" wait_until 60 is_served_by ap3 10.255.2.2
roam phone ap2
pause 3
expect "TCP goes on, at AP 2" tcp_moves phone cn

step "what it was like"
ping_report phone cn
tcp_report phone cn
result "nobody typed a map, and the phone kept 10.3.0.77 through all of it"
