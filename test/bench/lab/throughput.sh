# shellcheck shell=bash
# Throughput of the tunnel from the home agent to a visitor; see ../run.

# shellcheck source=../rows.sh
. "$LAB_ROOT/test/bench/rows.sh"

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
router phone network 10.2.0.0/24 address 10.2.0.77 uplink fa
correspondent cn 10.255.3.2

HOME_ADDRESS=10.1.0.77
OCTETS=${BENCH_OCTETS:-50000000}

write_program wish "$ENGINE" -m "$LAB_ROOT/build/stand-ins/wish.js"

# Each way is a metric of its own, so that all exist, and the one that is wanted wins.
by_ours() {
  ip -n ha route replace $HOME_ADDRESS/32 encap ip dst 10.255.2.2 src 10.255.1.2 ttl 64 dev pmip0 metric 1
}

by_hand_made() {
  ip -n ha route replace $HOME_ADDRESS/32 dev hand-made metric 1
}

by_plain_routing() {
  ip -n ha route replace $HOME_ADDRESS/32 via 10.255.1.1 metric 1
}

transfer() {
  head -c "$OCTETS" /dev/zero | on cn socat -u - "TCP:$HOME_ADDRESS:9"
}

# In millions of bits a second.
megabits() {
  "by_$1"
  rate $((OCTETS * 8 / 1000000)) transfer
}

nothing() { :; }

step "TCP from a correspondent to a visitor, three times each way"
start_network
on phone ip address add $HOME_ADDRESS/32 dev br-lan
mac=$(on phone cat /sys/class/net/br-lan/address)
tunnel='"encapsulation":"ipip"'
on ha wish '{"kind":"tunnelAdmission"}' "{\"kind\":\"tunnelDevice\",$tunnel}"
on fa wish '{"kind":"tunnelAdmission"}' \
  "{\"kind\":\"visitorRoute\",\"homeAddress\":\"$HOME_ADDRESS\",\"interfaceName\":\"br-lan\",\"mac\":\"$mac\"}" \
  "{\"kind\":\"visitorTunnel\",\"homeAddress\":\"$HOME_ADDRESS\",\"homeAgent\":\"10.255.1.2\",$tunnel}"
# At the visitor's end the same packets: of a tunnel made by hand, the outer addresses are others.
on ha ip address add 10.255.1.3/24 dev wan
on fa ip address add 10.255.2.3/24 dev wan
on ha ip tunnel add hand-made mode ipip local 10.255.1.3 remote 10.255.2.3
on fa ip tunnel add hand-made mode ipip local 10.255.2.3 remote 10.255.1.3
for box in ha fa; do on $box ip link set hand-made up; done
on backbone ip route add $HOME_ADDRESS/32 via 10.255.2.2 metric 1
on backbone ip rule add from 10.255.3.0/24 to 10.1.0.0/24 iif cn table 7
on backbone ip route add 10.1.0.0/24 via 10.255.1.2 table 7
start_program phone sink socat -u TCP-LISTEN:9,fork,reuseaddr OPEN:/dev/null
wait_until 30 eval 'on phone ss -Hltn "sport = :9" | grep . >/dev/null'

ours=$(best nothing megabits ours)
hand_made=$(best nothing megabits hand_made)
plain=$(best nothing megabits plain_routing)
row "our tunnel" "$ours" Mbit "$hand_made"
row "ip tunnel" "$hand_made" Mbit
row "plain routing" "$plain" Mbit
