# shellcheck shell=bash
# Access points that only bridge: the agents are the routers of their networks, found by their advertisements. A phone
# walks from one to the other and home again.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
access_point ap1 network 10.1.0.0/24 address 10.1.0.2 band 2.4 uplink ha
access_point ap2 network 10.2.0.0/24 address 10.2.0.2 band 5 uplink fa
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

step "two routers are agents, each with an access point that only bridges"
start_network
configure_as_usual ha fa ap1 ap2
agents_share_a_key ha fa
for box in ha fa ap1 ap2; do start_pmip "$box"; done
expect "AP 1 has found the home agent" wait_until 20 pmip_says ap1 "found mobility agent 10.1.0.1"
expect "AP 2 has found the foreign agent" wait_until 20 pmip_says ap2 "found mobility agent 10.2.0.1"
capture
expect_registrations

step "the phone joins at home; ping and TCP begin"
associate phone ap1
listen phone replies wlan0 udp port 434
ping_begin phone cn
tcp_begin phone cn
pause 2

step "it roams to AP 2, whose router is the foreign agent"
roam phone ap2
pause 5
expect "TCP goes on" tcp_moves phone cn
expect "it visits the router" pmip_says fa "10.1.0.77 visits, home agent 10.1.0.1"
away=$(tunnel_octets fa)
expect "its packets go through the routers' tunnel ($away octets)" test "${away##*, }" != "0 sent"

step "it comes home"
roam phone ap1
pause 5
expect "TCP goes on" tcp_moves phone cn
expect "the home agent has no binding any more" pmip_says ha "10.1.0.77 deregistered"
expect "the foreign agent has let it go" wait_until 10 pmip_says fa "has ended the visit of 10.1.0.77"
expect "and the home agent knows that it has" wait_until 10 pmip_says ha "knows that 10.1.0.77 is no longer registered"
home=$(tunnel_octets ha)
pause 1
expect "the tunnel is not used any more" test "$(tunnel_octets ha)" = "$home"
expect_not "the phone has seen a registration message" has_heard phone replies IPv4

step "what it was like"
ping_report phone cn
tcp_report phone cn
result "kept 10.1.0.77, TCP alive, by agents that are other boxes"
