# shellcheck shell=bash
# A mobile node with Mobile IP software of its own visits a foreign agent and asks for encapsulating delivery (RFC 3024
# §5.2): what it encapsulates goes home through the agents' tunnel, what it sends as it is takes the direct way.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
router node network 10.2.0.0/24 address 10.2.0.77 uplink fa
correspondent cn 10.255.3.2

HOME=10.1.0.77
FLAGS=$((0x02))      # T
ENCAPSULATING=8200   # type 130, nothing in it

visit() {
  register_through 10.2.0.1 node $HOME 10.1.0.1 10.255.2.2 $FLAGS "$1" "$2"
}

# reaches_by PACKETS COMMAND...: three questions, all answered, and so many packets came to the home agent in its tunnel.
reaches_by() {
  local expected=$1 before received
  before=$(on ha cat /sys/class/net/pmip0/statistics/rx_packets)
  "${@:2}" || return 1
  received=$(($(on ha cat /sys/class/net/pmip0/statistics/rx_packets) - before))
  [ $received = "$expected" ] || { say "$received packets" && return 1; }
}

node_asks() {
  on node ping -q -n -c 3 -i 0.2 -W 1 -I $HOME 10.255.3.2 >/dev/null
}

cn_asks() {
  on cn ping -q -n -c 3 -i 0.2 -W 1 $HOME >/dev/null
}

step "two agents, and a mobile node in the foreign network"
start_network
write_registering_program
on node ip address add $HOME/32 dev br-lan
on node ip tunnel add agent mode ipip local $HOME remote 10.2.0.1
on node ip link set agent up
configure_as_usual ha fa
start_pmip ha
start_pmip fa
capture
expect_registrations

step "it registers with encapsulating delivery"
expect "it is accepted" wait_until 10 test "$(visit 300 $ENCAPSULATING)" = 0
expect "the correspondent reaches it; the answers are not encapsulated, and go as they are" wait_until 5 reaches_by 0 cn_asks
on node ip route replace 10.255.3.2 dev agent src $HOME
expect "what it encapsulates goes on in the tunnel to the home agent" reaches_by 3 node_asks
expect "so do its answers" reaches_by 3 cn_asks

step "it renews without: direct delivery from now on"
expect "it is accepted" test "$(visit 300 '')" = 0
expect_not "what it encapsulates goes anywhere" wait_until 2 node_asks
on node ip route del 10.255.3.2 dev agent
expect "what it sends as it is goes home in the tunnel" reaches_by 3 node_asks

step "it deregisters"
expect "it is accepted" test "$(visit 0 '')" = 0
expect_not "the foreign agent has a route to it" grep . <(ip -n fa route show proto 43 $HOME)
result "its own tunnel to the foreign agent, and the agents' to its home"
