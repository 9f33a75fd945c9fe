# shellcheck shell=bash
# A phone with a running ping and a running TCP transfer walks from its home network into another one: first without pmip,
# where the transfer dies (if it lived, the other run would prove nothing), then with pmip, and home again.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

cat <<DRAWING

                      ${BOLD}correspondent${PLAIN} 10.255.3.2
                               │
               ┌───────────────┴───────────────┐
          10.255.1.2                      10.255.2.2
      ${GREEN}╭────────┴────────╮${PLAIN}             ${YELLOW}╭────────┴────────╮${PLAIN}
      ${GREEN}│      ${BOLD}AP 1${PLAIN}${GREEN}       │${CYAN}═════════════${YELLOW}│      ${BOLD}AP 2${PLAIN}${YELLOW}       │${PLAIN}
      ${GREEN}│   10.1.0.0/24   │${CYAN}   tunnel    ${YELLOW}│   10.2.0.0/24   │${PLAIN}
      ${GREEN}│   home agent    │${CYAN}═════════════${YELLOW}│  foreign agent  │${PLAIN}
      ${GREEN}╰────────┬────────╯${PLAIN}             ${YELLOW}╰────────┬────────╯${PLAIN}
            2.4 GHz         WPA2, "$SSID"        5 GHz
               ┊                               ┊
            ${BOLD}▯ phone${PLAIN} ─ ─ ─ ─ ─ walks ─ ─ ─ ─ ─ ▷ ${DIM}▯${PLAIN}
          10.1.0.77

DRAWING
say "${DIM}Emulated radios and software emulation: real WPA2, real routing, slow time.$PLAIN"
step "the network is built"
start_network
capture
expect_registrations

step "first without pmip: the phone joins at home, a TCP transfer begins"
associate phone ap1
tcp_begin phone cn
expect "its octets come back" tcp_moves phone cn
step "the phone roams to AP 2, with an address of AP 1's network"
roam phone ap2
expect "the application has given up, $((TCP_GIVES_UP_MS / 1000)) s after the last sign of life" \
  wait_until 30 tcp_gave_up phone cn
expect_not "every octet came back" tcp_report phone cn

step "now with pmip on both access points; the phone is at home again"
configure_as_usual ap1 ap2
start_pmip ap1
start_pmip ap2
associate phone ap1
ping_begin phone cn
tcp_begin phone cn
pause 2

step "the phone roams to AP 2: other band, other network, same address"
roam phone ap2
pause 5
expect "TCP goes on" tcp_moves phone cn
away=$(tunnel_octets ap1)
expect "its packets go through the tunnel" test "${away%% *}" -gt 0

step "the phone comes home"
roam phone ap1
pause 5
expect "TCP goes on" tcp_moves phone cn
home=$(tunnel_octets ap1)
pause 1
expect "the tunnel is not used any more" test "$(tunnel_octets ap1)" = "$home"

step "what it was like, by a ping each 10 ms"
say "octets through the tunnel: $home"
ping_report phone cn
tcp_report phone cn
result "kept 10.1.0.77, TCP alive"
