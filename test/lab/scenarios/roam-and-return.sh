# shellcheck shell=bash
# A phone with a running ping and a running TCP transfer walks from its home network into another one, and home again.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

step "two access points, each a router with a network of its own, run pmip"
start_network
configure_as_usual ap1 ap2
start_pmip ap1
start_pmip ap2
capture
expect_registrations

step "the phone joins at home, on 2.4 GHz of AP 1; ping and TCP begin"
associate phone ap1
ping_begin phone cn
tcp_begin phone cn
pause 2

step "it roams to 5 GHz of AP 2, where its address 10.1.0.77 does not belong"
roam phone ap2
pause 5
expect "TCP goes on" tcp_moves phone cn
away=$(tunnel_octets ap1)
expect "its packets go through the tunnel ($away octets)" test "${away%% *}" -gt 0

step "it comes home"
roam phone ap1
pause 5
expect "TCP goes on" tcp_moves phone cn
home=$(tunnel_octets ap1)
pause 1
expect "the tunnel is not used any more" test "$(tunnel_octets ap1)" = "$home"

step "what it was like"
say "through the tunnel: $home octets"
ping_report phone cn
tcp_report phone cn
result "kept 10.1.0.77, TCP alive"
