# shellcheck shell=bash
# The control run: the walk of roam-and-return.sh without pmip. If the transfer lived here, the other run would prove
# nothing.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

step "two access points, each a router with a network of its own, without pmip"
start_network
capture

step "the phone joins at home, on 2.4 GHz of AP 1; ping and TCP begin"
associate phone ap1
ping_begin phone cn
tcp_begin phone cn
pause 2
expect "TCP goes on" tcp_moves phone cn

step "it roams to 5 GHz of AP 2, where its address 10.1.0.77 does not belong"
roam phone ap2
expect "the application has given up, $((TCP_GIVES_UP_MS / 1000)) s after the last sign of life" \
  wait_until 30 tcp_gave_up phone cn
expect_not "every octet came back" tcp_report phone cn
ping_report phone cn
result "without pmip the transfer dies"
