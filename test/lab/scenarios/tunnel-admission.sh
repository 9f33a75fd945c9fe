# shellcheck shell=bash
# The data plane alone, without the daemon: three mobile nodes of one home network visit another one, the first by ipip, the
# second by gre, the third with encapsulating delivery. Only their packets come out of the tunnels; somebody else's tunnel
# on the same router is not touched.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
router stranger network 10.4.0.0/24 wan 10.255.4.2
router phone network 10.2.0.0/24 address 10.2.0.77 uplink fa
correspondent cn 10.255.3.2

FIRST=10.1.0.77
SECOND=10.1.0.78
THIRD=10.1.0.80
HA=10.255.1.2
FA=10.255.2.2

write_program wish "$ENGINE" -m "$LAB_ROOT/build/stand-ins/wish.js"

# What the agents wish for a mobile node, with encapsulation; at the foreign agent with reverse tunnelling, or not.
home_agent_wishes() {
  on ha wish '{"kind":"tunnelAdmission"}' \
    "{\"kind\":\"binding\",\"homeAddress\":\"$1\",\"homeAgent\":\"$HA\",\"careOfAddress\":\"$FA\",\"encapsulation\":\"$2\",\"interfaceName\":\"br-lan\",\"reverseTunneling\":true}"
}

foreign_agent_wishes() {
  on fa wish '{"kind":"tunnelAdmission"}' \
    "{\"kind\":\"visitorRoute\",\"homeAddress\":\"$1\",\"interfaceName\":\"br-lan\",\"mac\":\"$(mac_of_phone)\"}" \
    "{\"kind\":\"visitorTunnel\",\"homeAddress\":\"$1\",\"homeAgent\":\"$HA\",\"encapsulation\":\"$2\"}"
}

reverse_wishes() {
  local rule="\"source\":\"$1/32\",\"inputInterface\":\"br-lan\",\"homeAgent\":\"$HA\",\"priority\":434"
  on fa wish "{\"kind\":\"reverseRule\",$rule,\"encapsulation\":\"$2\"}" \
    "{\"kind\":\"reverseTunnel\",\"homeAgent\":\"$HA\",\"careOfAddress\":\"$FA\",\"encapsulation\":\"$2\"}"
}

# RFC 3024 §5.2: what comes in a tunnel of the mobile node itself goes on in the one to its home agent, and nothing else.
encapsulating_wishes() {
  on fa wish "{\"kind\":\"deliveryTunnel\",\"homeAddress\":\"$1\",\"encapsulation\":\"ipip\"}" \
    "{\"kind\":\"reverseTunnel\",\"homeAgent\":\"$HA\",\"careOfAddress\":\"$FA\",\"encapsulation\":\"ipip\"}" \
    "{\"kind\":\"reverseRule\",\"source\":\"$1/32\",\"inputInterface\":\"pmip0\",\"homeAgent\":\"$HA\",\"priority\":433}" \
    "{\"kind\":\"directRule\",\"source\":\"$1/32\",\"inputInterface\":\"br-lan\",\"priority\":433}"
}

mac_of_phone() {
  on phone cat /sys/class/net/br-lan/address
}

reaches() {
  on "$1" ping -q -c 3 -i 0.2 -W 1 "${@:2}" >/dev/null
}

# Packets that came out of a tunnel at the home agent and the foreign agent, and belonged to nobody.
dropped() {
  echo "$(on ha wish count) $(on fa wish count)"
}

# A tunnel to an agent by which a box can send what it likes.
tunnel() {
  local box=$1 name=$2 mode=$3 remote=$4
  on "$box" ip tunnel add "$name" mode "$mode" local "${PROPERTY[$box/wan]}" remote "$remote" "${@:5}"
  on "$box" ip link set "$name" up
}

sends_by() {
  on "$1" ip route replace "$3" dev "$2" src "$4"
  on "$1" ping -q -c 3 -i 0.2 -W 1 "$3" >/dev/null || true
  on "$1" ip route del "$3" dev "$2"
}

grows_by_three() {
  local before after
  before=$(dropped)
  sends_by "${@:2}"
  after=$(dropped)
  [ "$1" = ha ] && [ "$after" = "$((${before% *} + 3)) ${before#* }" ] && return
  [ "$1" = fa ] && [ "$after" = "${before% *} $((${before#* } + 3))" ]
}

beside() {
  local before
  before=$(on "$1" cat "/sys/class/net/$2/statistics/$3_packets")
  reaches "${@:4}" && [ "$(on "$1" cat "/sys/class/net/$2/statistics/$3_packets")" = "$before" ]
}

through() {
  local before
  before=$(on "$1" cat "/sys/class/net/$2/statistics/$3_packets")
  reaches "${@:4}" && [ "$(on "$1" cat "/sys/class/net/$2/statistics/$3_packets")" -ge $((before + 3)) ]
}

step "two agents, a host in the foreign network that has two addresses of the home network, a stranger"
start_network
on phone ip address add $FIRST/32 dev br-lan
on phone ip address add $SECOND/32 dev br-lan
on stranger ip address add $FIRST/32 dev lo

step "the first visits by ipip, the second by gre; both devices at once"
home_agent_wishes $FIRST ipip
foreign_agent_wishes $FIRST ipip
reverse_wishes $FIRST ipip
home_agent_wishes $SECOND gre
foreign_agent_wishes $SECOND gre
expect "the correspondent reaches the first, through ipip both ways" through ha pmip0 rx cn $FIRST
expect "the first reaches the correspondent" through fa pmip0 rx phone -I $FIRST 10.255.3.2
expect "the correspondent reaches the second, there through gre" through fa pmip1 rx cn $SECOND
reverse_wishes $SECOND gre
expect "the second reaches the correspondent, through gre both ways" through ha pmip1 rx phone -I $SECOND 10.255.3.2
expect "the first does so by ipip as before" through ha pmip0 rx phone -I $FIRST 10.255.3.2
on fa ip rule del from $SECOND
on fa wish "{\"kind\":\"reverseRule\",\"source\":\"$SECOND/32\",\"inputInterface\":\"br-lan\",\"homeAgent\":\"$HA\",\"priority\":434}"
expect_not "the second, who was promised gre, is heard by ipip" reaches phone -I $SECOND 10.255.3.2

step "the third visits with encapsulating delivery: a tunnel of its own to the foreign agent"
on phone ip address add $THIRD/32 dev br-lan
home_agent_wishes $THIRD ipip
foreign_agent_wishes $THIRD ipip
encapsulating_wishes $THIRD
on phone ip tunnel add agent mode ipip local $THIRD remote 10.2.0.1
on phone ip link set agent up
expect "what it sends as it is takes no tunnel" beside ha pmip0 rx phone -I $THIRD 10.255.3.2
on phone ip route replace 10.255.3.2 dev agent src $THIRD
expect "what it sends in its tunnel goes on in the one to the home agent" through ha pmip0 rx phone -I $THIRD 10.255.3.2
on phone ip route del 10.255.3.2 dev agent
expect "what it sends there for another is dropped and counted" grows_by_three fa phone agent 10.255.3.2 $FIRST
on phone ip link del agent

step "the stranger sends through tunnels as if it were an agent"
for mode in ipip gre; do
  tunnel stranger ha-$mode $mode $HA
  tunnel stranger fa-$mode $mode $FA
  expect "$mode to the home agent is dropped and counted" grows_by_three ha stranger ha-$mode 10.255.3.2 $FIRST
  expect "$mode to the foreign agent is dropped and counted" grows_by_three fa stranger fa-$mode $SECOND 10.255.4.2
done

step "the foreign agent sends for somebody who is no visitor, and gre with a key"
on fa ip address add 10.1.0.79/32 dev lo
on fa ip address add $SECOND/32 dev lo
tunnel fa other ipip $HA
expect "another inner source is dropped" grows_by_three ha fa other 10.255.3.2 10.1.0.79
tunnel fa keyed gre $HA key 5
expect "gre with a key is dropped" grows_by_three ha fa keyed 10.255.3.2 $SECOND
on fa ip link del other
on fa ip link del keyed
on fa ip address del $SECOND/32 dev lo

step "the home agent's router has a tunnel of its own to the stranger"
tunnel ha own ipip 10.255.4.2
on ha ip address add 172.16.0.1/30 dev own
on stranger ip address add 172.16.0.2/30 dev ha-ipip
before=$(dropped)
expect "its packets pass" reaches stranger 172.16.0.1
expect "none was counted" test "$(dropped)" = "$before"

step "TCP of a visitor without reverse tunnelling"
on fa ip rule del from $SECOND
on fa ip rule del from $FIRST
start_program cn listen socat TCP-LISTEN:7,fork,reuseaddr EXEC:cat
listen cn syn wan 'tcp[13] == 2'
echo hello | on phone socat -t 5 - "TCP:10.255.3.2:7,bind=$SECOND,mss=1460" >/dev/null
expect "its SYN beside the tunnel asks for segments that fit the tunnel" wait_until 5 has_heard cn syn 'mss 1436\b'
result "only bindings and visitors, $(dropped | tr ' ' '+') packets dropped"
