# shellcheck shell=bash
# No access point has a key in its configuration: a FreeRADIUS across the backbone has them all. It is stopped, comes back,
# and at last an access point has another secret than it.

SECRET=between-us-only
KEY=00112233445566778899aabbccddeeff

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
correspondent server 10.255.9.2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station tablet address 10.1.0.78/24 gateway 10.1.0.1

# How pmip says it stands with the server.
radius_is() {
  on "$1" ubus call pmip status | tr -d ' \n\t' | grep -F "\"radius\":[{\"server\":\"10.255.9.2\",\"state\":\"$2\"" >/dev/null
}

waits_for_key() {
  on "$1" ubus call pmip stations | grep -F securityAssociationAwaited >/dev/null
}

says_times() {
  [ "$(pmip_log "$2" | grep -cF "$3")" -ge "$1" ]
}

reload_pmip() {
  kill -HUP "${PROGRAM[$1/pmip]}"
}

step "two access points without a key, and a FreeRADIUS across the backbone"
start_network
radius_knows server 10.1.0.77 "mobileip:spi#0=spi 100 key hex $KEY replay timestamp algorithm md5 mode prefix-suffix"
radius_knows server 10.1.0.78 "mobileip:spi#0=spi 101 key ascii cisco algorithm hmac-sha256"
serve_radius server "$SECRET"
configure_as_usual ap1 ap2
use_radius server "$SECRET" ap1 ap2
start_pmip ap1
start_pmip ap2
capture
expect_registrations
expect_radius "$SECRET"
expect "the server is ready" wait_until 60 serves_radius server

step "the phone joins at home and roams to AP 2: both access points fetch its key"
associate phone ap1
ping_begin phone cn
tcp_begin phone cn
expect "AP 1 has it" wait_until 30 pmip_says ap1 "the key of 10.1.0.77 came from the RADIUS server"
roam phone ap2
expect "AP 2 has it" wait_until 30 pmip_says ap2 "the key of 10.1.0.77 came from the RADIUS server"
expect "the phone is registered" wait_until 30 pmip_says ap2 "10.1.0.77 is registered"
expect "TCP goes on" tcp_moves phone cn
expect "AP 2 says how it stands" radius_is ap2 answers

step "the server is stopped: whoever is known roams on, whoever is not waits"
stop_program server freeradius
roam phone ap1
expect "the phone is deregistered at home" wait_until 30 says_times 2 ap1 "10.1.0.77 is deregistered"
roam phone ap2
expect "and registered again" wait_until 30 says_times 2 ap2 "10.1.0.77 is registered"
expect "TCP goes on" tcp_moves phone cn
associate tablet ap2
on tablet ping -q -c 1 -W 1 10.1.0.1 >/dev/null || true
expect "the tablet waits for its key" wait_until 30 waits_for_key ap2
expect "AP 2 says that nothing listens there" wait_until 30 pmip_says ap2 "RADIUS server 10.255.9.2 port 1812 is not there"
expect "also by ubus" radius_is ap2 unreachable

step "the server is back: the tablet goes on by itself"
serve_radius server "$SECRET"
expect "it is registered" wait_until 60 pmip_says ap2 "10.1.0.78 is registered"
expect "it reaches the correspondent" wait_until 30 on tablet ping -q -c 1 -W 1 10.255.3.2

step "AP 2 gets another secret"
configure ap2 <<<"set pmip.keys.secret=not-the-same"
reload_pmip ap2
roam phone ap1
roam phone ap2
expect "it says so, although the server drops what it cannot check" wait_until 40 pmip_says ap2 "has another secret than we"
expect "also by ubus" radius_is ap2 wrongSecret
expect "the phone, whose key is known, is registered" wait_until 30 says_times 3 ap2 "10.1.0.77 is registered"
expect "TCP goes on" tcp_moves phone cn

step "keys and secrets"
for box in ap1 ap2; do
  on "$box" ubus call pmip status >"$WORK/$box-status.log"
  on "$box" ubus call pmip stations >>"$WORK/$box-status.log"
  expect_not "$box tells one, in its log or by ubus" \
    grep -qiE "$KEY|$SECRET|not-the-same|key (hex|ascii)" "$WORK/$box-pmip.log" "$WORK/$box-status.log"
done
ping_report phone cn
tcp_report phone cn
result "keys by FreeRADIUS; kept 10.1.0.77, TCP alive"
