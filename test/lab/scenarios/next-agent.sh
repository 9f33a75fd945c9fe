# shellcheck shell=bash
# Two foreign agents on the link of an access point that only bridges. A visitor stays with the one that it has as long as that
# serves, and goes to the other one when it says goodbye, or falls silent.

router ha network 10.1.0.0/24 wan 10.255.1.2
router first network 10.2.0.0/24 wan 10.255.2.2
router second network 10.4.0.0/24 wan 10.255.4.2
access_point ap network 10.2.0.0/24 address 10.2.0.2 band 5 uplink first
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

# The bridges of both are one link.
join_links() {
  ip -batch - <<BATCH
link add second netns first type veth peer name first netns second
BATCH
  ip -n first link set second master br-lan up
  ip -n second link set first master br-lan up
}

# By the last word of its home agent.
is_away_at() {
  pmip_log ha | grep -F 'home agent: 10.1.0.77 is at care-of address' | tail -n 1 | grep -F " $1" >/dev/null
}

has_agent() {
  pmip_says ap "found mobility agent $1"
}

step "an access point that only bridges hears two foreign agents"
start_network
join_links
configure_as_usual ha first second ap
agents_share_a_key ha first second
configure first <<<"set pmip.lan.advertise_interval=5"
configure second <<<"set pmip.lan.advertise_interval=5"
for box in ha first second ap; do start_pmip "$box"; done
for address in 10.2.0.1 10.4.0.1; do expect "it has found $address" wait_until 30 has_agent "$address"; done
capture
expect_registrations

step "the phone visits; of equal agents the one with the lower address serves"
associate phone ap
tcp_begin phone cn
expect "it is the first" wait_until 30 is_away_at 10.255.2.2
expect "TCP begins" wait_until 20 tcp_moves phone cn

step "the first is stopped: it says goodbye, and the second goes on"
stop_pmip first
expect "the phone is with the second" wait_until 20 is_away_at 10.255.4.2
expect "TCP goes on" wait_until 20 tcp_moves phone cn

step "the first is back"
start_pmip first
pause 12
expect "the phone is still with the second" is_away_at 10.255.4.2
expect "TCP goes on" tcp_moves phone cn

step "the second is killed, its advertisements end"
stop_pmip second KILL
expect "the phone is with the first again" wait_until 40 is_away_at 10.255.2.2
expect "TCP goes on" wait_until 20 tcp_moves phone cn
tcp_report phone cn
result "kept 10.1.0.77, TCP alive, by whichever agent there was"
