# shellcheck shell=bash
# What must not harm: a wrong key, a clock that is an hour wrong, a registration request that somebody has recorded and
# sends again, a backbone that loses every fifth packet, and a router beside the agents that advertises itself by ICMP
# router discovery (FRR's) and is no mobility agent.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
access_point ap2 network 10.2.0.0/24 address 10.2.0.2 band 5 uplink fa
router neighbour network 10.2.0.0/24 address 10.2.0.50 uplink fa
station phone address 10.1.0.77/24 gateway 10.1.0.1
station tablet address 10.1.0.78/24 gateway 10.1.0.1

HOME_AGENT=10.1.0.1
CARE_OF=10.255.2.2

advertise_by_frr() {
  on neighbour mkdir -p /run/frr
  on neighbour chown frr: /run/frr
  on neighbour tee /run/zebra.conf >/dev/null <<'CONF'
interface br-lan
 ip irdp multicast
 ip irdp minadvertinterval 3
 ip irdp maxadvertinterval 4
 ip irdp holdtime 9
CONF
  start_program neighbour zebra /usr/lib/frr/zebra -M zebra_irdp -f /run/zebra.conf -i /run/frr/zebra.pid \
    -z /run/frr/zserv.api --vty_socket /run/frr
}

# Without the mobility extension: a whole ICMP message of 16 octets.
hears_frr() {
  has_heard ap2 discovery 'router advertisement.*\{10\.2\.0\.50 .*length 16'
}

found_agents() {
  on ap2 ubus call pmip agents | grep -o '"address": "[0-9.]*"' | xargs
}

key_of_phones() {
  configure ap2 <<<"set pmip.of_ha.ascii=$1"
}

protect_tablet_by_nonces() {
  local box
  for box in ha ap2; do
    printf 'set pmip.tablet%s\n' =secure_node .start=10.1.0.78 .spi=103 .ascii=of-the-tablet .algorithm=hmac-sha256 \
      .replay=nonce | configure "$box"
  done
}

reload() {
  kill -HUP "${PROGRAM[$1/pmip]}"
}

# How often the home agent has refused a request for its Identification.
mismatches() {
  pmip_log ha | grep -cF "(code 133)" || true
}

follows_clock_of_home_agent() {
  pmip_log ap2 | grep -E 'its clock is 3(59|6[0-9])[0-9]{4} ms behind ours' >/dev/null
}

reaches_home() {
  on "$1" ping -n -q -c 1 -W 2 $HOME_AGENT >/dev/null
}

# The UDP payload of the last request that went to the home agent, in hexadecimal.
last_request() {
  program_log backbone requests | awk '/^[^\t]/ { octets = "" } /^\t/ { for (i = 2; i <= NF; i++) octets = octets $i }
    END { print substr(octets, 57) }'
}

# As the foreign agent has sent it; prints the answer.
send_again() {
  busybox xxd -r -p <<<"$1" | on fa socat -t 5 - "UDP4:$HOME_AGENT:434,bind=$CARE_OF:40434" | busybox xxd -p
}

has_lost() {
  on "$1" tc -s qdisc show dev wan | grep -E 'dropped [1-9]' >/dev/null
}

step "agents on routers, an access point whose clock is an hour ahead, and FRR on their link"
start_network
configure_as_usual ha fa ap2
configure ap2 <<<'set pmip.main.lifetime=40'
listen ap2 discovery br-lan -v 'icmp[0] == 9'
listen backbone requests ha -x "udp dst port 434 and dst host $HOME_AGENT"
advertise_by_frr
set_clock ap2 3600
key_of_phones wrong
protect_tablet_by_nonces
for box in ha fa ap2; do start_pmip "$box"; done
expect "the access point has found the foreign agent" wait_until 20 pmip_says ap2 "found mobility agent 10.2.0.1"

step "a phone that is registered with a wrong key"
associate phone ap2
start_program phone knocking ping -n -q -i 0.5 $HOME_AGENT
expect "is denied with code 131, says its home agent" wait_until 20 pmip_says ha "mobile node failed authentication (code 131)"
expect "and its access point" wait_until 20 pmip_says ap2 "it says: home agent: mobile node failed authentication (code 131)"
expect_not "a route leads into a tunnel" grep . <(tunnel_routes_of ha)
expect_not "it visits" pmip_says fa "10.1.0.77 visits"

step "with the right key"
key_of_phones 0987654
reload ap2
expect "it is registered" wait_until 60 pmip_says ap2 "10.1.0.77 is registered for"
refused=$(mismatches)
expect "once its home agent has told its time in a refusal" test "$refused" -ge 1
expect "which is an hour behind" follows_clock_of_home_agent
expect "it reaches its home network" wait_until 10 reaches_home phone

step "its request is sent again by somebody who has seen it"
request=$(last_request)
routes=$(tunnel_routes_of ha)
answer=$(send_again "$request")
expect "the answer is code 133 (${answer:0:4})" test "${answer:0:4}" = 0385
expect "the home agent has refused one more" test "$(mismatches)" = $((refused + 1))
expect "the tunnel is what it was ($routes)" test "$(tunnel_routes_of ha)" = "$routes"

step "the backbone loses a fifth of all packets, and a tablet joins, whose replay protection is by nonces"
impair fa wan loss 20%
impair ha wan loss 20%
associate tablet ap2
start_program tablet knocking ping -n -q -i 0.2 $HOME_AGENT
expect "it is registered all the same" wait_until 60 pmip_says ha "10.1.0.78 is at care-of address $CARE_OF"
expect "with a nonce that its home agent has given" pmip_says ap2 "has given a nonce for 10.1.0.78"
expect "and renewed in time" wait_until 90 pmip_says ha "10.1.0.78 renewed"
expect "packets were lost on the way there" has_lost fa
expect "and on the way back" has_lost ha
impair fa wan
impair ha wan
routes=$(tunnel_routes_of ha | xargs)
expect "both have their tunnel" test "$routes" = "10.1.0.77 $CARE_OF 10.1.0.78 $CARE_OF"

step "what FRR has said meanwhile"
expect "the access point's link has heard it advertise a router" wait_until 20 hears_frr
agents=$(found_agents)
expect "which is not taken for a mobility agent ($agents)" test "$agents" = "address: 10.2.0.1"
result "nobody was fooled, and nobody was locked out"
