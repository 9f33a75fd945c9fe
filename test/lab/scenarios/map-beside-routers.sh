# shellcheck shell=bash
# A map that nobody has typed, where access points only bridge and the agents are the routers beside them. Then access points
# are gone: a home agent that has none left is asked whether it lives, and its row stays or goes by that.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
router other network 10.4.0.0/24 wan 10.255.4.2
access_point ap1 network 10.1.0.0/24 address 10.1.0.2 band 2.4 uplink ha
access_point ap2 network 10.2.0.0/24 address 10.2.0.2 band 5 uplink fa
access_point ap3 network 10.4.0.0/24 address 10.4.0.2 band 5 uplink other
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

step "three routers are agents, each with an access point that only bridges; AP 2 is authoritative for the map of all"
start_network
configure_as_usual ha fa other ap1 ap2 ap3
agents_share_a_key ha fa
forget_map ha fa other
map_by_authorities ap2 ap1 ap2 ap3
for box in ha fa other ap1 ap2 ap3; do start_pmip "$box"; done
for box in ap1 ap2 ap3; do expect "$box knows all three networks" wait_until 90 has_row "$box" subnet_map 10.{1,2,4}.0.0/24; done
capture
expect_registrations

step "the phone joins at home, and roams to AP 2"
associate phone ap1
on phone ping -c 1 -w 30 10.1.0.1 >/dev/null
roam phone ap2
tcp_begin phone cn
expect "its home agent has learned of it" wait_until 30 pmip_says ha "10.1.0.77 is at care-of address 10.2.0.1"
expect "TCP begins" wait_until 20 tcp_moves phone cn

step "AP 1 is gone, the last of its home agent; AP 3 too, whose router is no agent any more"
stop_pmip ap1 KILL
stop_pmip ap3 KILL
stop_pmip other
expect "the home agent is asked whether it lives, and answers" \
  wait_until 150 pmip_says ha "a question for 10.1.0.255 was answered"
expect "nobody has answered for the other network" \
  wait_until 60 pmip_says ap2 "no access point and no home agent at 10.4.0.1 is left for 10.4.0.0/24"
expect "the row of the one that lives stays" has_row ap2 subnet_map 10.{1,2}.0.0/24
expect_not "the row of the other does" has_row ap2 subnet_map 10.4.0.0/24
expect "the phone's TCP goes on" tcp_moves phone cn

step "AP 1 is back, and the phone comes home"
start_pmip ap1
expect "AP 1 knows what is left" wait_until 60 has_row ap1 subnet_map 10.{1,2}.0.0/24
roam phone ap1
expect "its binding has ended" wait_until 30 pmip_says ha "10.1.0.77 deregistered"
expect "TCP goes on" wait_until 20 tcp_moves phone cn

tcp_report phone cn
result "nobody typed a map, and a home agent without an access point is still in it as long as it lives"
