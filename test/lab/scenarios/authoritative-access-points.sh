# shellcheck shell=bash
# A map that nobody has typed: three access points, two of them authoritative, one of these known by its host name. A phone
# roams, and goes on to roam while the first is killed, its network cut and healed, and then the other killed.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
access_point ap3 network 10.3.0.0/24 band 5 wan 10.255.4.2
correspondent cn 10.255.3.2
station phone address 10.3.0.77/24 gateway 10.3.0.1

is_served_by() {
  on "$1" ubus call pmip status 2>/dev/null | tr -d ' \t\n' | grep -F "\"address\":\"$2\",$3\"state\":\"answers\"" >/dev/null
}

# The station's line comes from the directory, and no frame of its own was needed.
was_hinted() {
  pmip_says "$1" "10.3.0.77 is $2 (learned by directory)"
}

# At its home agent.
is_bound_to() {
  [ "$(bindings_of ap3)" = "10.3.0.77 $1" ]
}

step "three access points, no row of the map in any configuration; 1 and 2 are authoritative, and AP 3 knows AP 2 by name"
start_network
configure_as_usual ap1 ap2 ap3
map_by_authorities 'ap1 ap2' ap1 ap2 ap3
configure ap3 <<UCI
delete pmip.main.aap
add_list pmip.main.aap=10.255.1.2
add_list pmip.main.aap=ap2.campus
UCI
serve_names ap3 ap2.campus 10.255.2.99
for box in ap1 ap2 ap3; do start_pmip "$box"; done
for box in ap1 ap2 ap3; do expect "$box knows all three networks" wait_until 60 has_row "$box" subnet_map 10.{1,2,3}.0.0/24; done
expect "AP 3 has looked up the name" wait_until 30 pmip_says ap3 "'ap2.campus' in 'list aap' is 10.255.2.99"
capture
expect_registrations

step "the phone joins at home, at AP 3, and roams to AP 2 without a word"
associate phone ap3
on phone ping -c 1 -w 30 10.3.0.1 >/dev/null
expect "AP 3 knows who it is" wait_until 30 pmip_says ap3 "10.3.0.77 is at home"
roam phone ap2
expect "it is registered there" wait_until 30 is_bound_to 10.255.2.2
expect "as soon as it was associated, by what AP 3 had told" was_hinted ap2 'away from home'
ping_begin phone cn
tcp_begin phone cn
expect "TCP begins" tcp_moves phone cn

step "AP 1 is killed, the first authoritative access point; AP 2 has moved to where its name says only now"
stop_pmip ap1 KILL
name_is ap3 ap2.campus 10.255.2.2
roam phone ap3
expect "AP 3 has turned to AP 2, by its name" wait_until 60 is_served_by ap3 10.255.2.2 '"name":"ap2.campus",'
expect "TCP goes on, at home" tcp_moves phone cn

step "the network of AP 1 is cut, and there it starts again; AP 3 has another network meanwhile"
cut_off ap1
start_pmip ap1
expect "AP 1 knows the map of before" wait_until 30 has_row ap1 subnet_map 10.{1,2,3}.0.0/24
ip -n ap3 -batch - <<BATCH
link add br-guest type bridge
addr add 10.9.0.1/24 dev br-guest
link set br-guest up
BATCH
configure ap3 <<UCI
set pmip.guest=bridge
set pmip.guest.device=br-guest
UCI
on ap3 ubus call pmip reload
expect "AP 2 has learned of it" wait_until 30 has_row ap2 subnet_map 10.9.0.0/24
roam phone ap2
expect "the phone is registered at AP 2" wait_until 30 is_bound_to 10.255.2.2
expect "TCP goes on" tcp_moves phone cn
expect_not "AP 1 has learned of it" has_row ap1 subnet_map 10.9.0.0/24

step "it is healed"
reconnect ap1
expect "AP 1 has learned of it" wait_until 60 has_row ap1 subnet_map 10.9.0.0/24

step "AP 2 is killed, the phone being there, which roams to AP 1"
stop_pmip ap2 KILL
roam phone ap1
expect "it is registered there" wait_until 30 is_bound_to 10.255.1.2
expect "TCP goes on" tcp_moves phone cn
roam phone ap3
expect "AP 3 has turned to AP 1" wait_until 60 is_served_by ap3 10.255.1.2 ''
expect "TCP goes on, at home" tcp_moves phone cn

step "what it was like"
ping_report phone cn
tcp_report phone cn
result "nobody typed a map, and the phone kept 10.3.0.77 through all of it"
