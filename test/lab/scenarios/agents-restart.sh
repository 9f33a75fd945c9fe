# shellcheck shell=bash
# Agents and an access point that end and start again while a phone is away from home: killed, told to make way for the
# next one, stopped and started, and with all memory lost. Traffic of the visitor goes on, or is back without its doing.

router ha network 10.1.0.0/24 wan 10.255.1.2
router fa network 10.2.0.0/24 wan 10.255.2.2
access_point ap2 network 10.2.0.0/24 address 10.2.0.2 band 5 uplink fa
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

# What a ping each 10 ms misses while something is done to a box. The phone has just made sure of its gateway: it does not ask
# for it meanwhile, which nobody answers while its access point is away.
goes_on() {
  local most=$1 text=$2 rest
  shift 2
  on phone ip neigh change 10.1.0.1 dev wlan0 nud reachable
  ping_begin phone cn
  pause 1
  "$@"
  pause 2
  ping_report phone cn >/dev/null
  rest=$(longest_rest phone cn)
  expect "$text: $rest ms without an answer at most" test "$rest" -lt "$most"
}

again() {
  stop_pmip "$1" "$2"
  [ "$2" = TERM ] || pause 3
  start_pmip "$1"
  # Until it has found its way.
  [ "$2" = TERM ] || pause 3
}

says_times() {
  [ "$(pmip_log "$1" | grep -cF "$3")" -ge "$2" ]
}

power_loss() {
  stop_pmip fa KILL
  on fa rm /var/run/pmip/state.json
  on fa ip link del pmip0
  on fa ip route flush table all proto 43
  on fa ip neigh flush dev br-lan nud permanent
  on fa nft flush ruleset
  start_pmip fa
}

reaches_cn() {
  on phone ping -q -c 1 -W 1 10.255.3.2 >/dev/null
}

step "the phone visits a network whose access point only bridges"
start_network
configure_as_usual ha fa ap2
agents_share_a_key ha fa
for box in ha fa ap2; do start_pmip "$box"; done
associate phone ap2
start_program phone knocking ping -n -q -i 0.5 10.255.3.2
expect "it visits" wait_until 20 pmip_says fa "10.1.0.77 visits, home agent 10.1.0.1"
expect "it reaches the correspondent" wait_until 20 reaches_cn
goes_on 2500 "nothing is done" :

step "the home agent ends and starts again"
goes_on 2500 "killed, three seconds dead, started" again ha KILL
expect "it has kept the binding" wait_until 10 says_times ha 1 "home agent: 1 bindings kept over the restart, 0 not"
goes_on 2500 "told to make way, three seconds away, started" again ha USR1
expect "it has kept the binding" wait_until 10 says_times ha 2 "home agent: 1 bindings kept over the restart, 0 not"
again ha TERM
expect "stopped and started, it has kept the binding" \
  wait_until 20 says_times ha 3 "home agent: 1 bindings kept over the restart, 0 not"
expect "the phone is back by that alone" wait_until 20 reaches_cn

step "the access point ends and starts again"
goes_on 2500 "killed, three seconds dead, started" again ap2 KILL
expect "the phone is registered again" wait_until 20 says_times ap2 2 "10.1.0.77 is registered for"

step "the foreign agent ends and starts again"
goes_on 2500 "killed, three seconds dead, started" again fa KILL
expect "it has kept the visit" wait_until 10 says_times fa 1 "foreign agent: 1 visits kept over the restart, 0 not"
expect "the access point notices by sequence number 0, and registers the phone anew" \
  wait_until 20 pmip_says ap2 "mobility agent 10.2.0.1 has started anew"
expect "which the foreign agent knows as the same visit" wait_until 10 pmip_says fa "foreign agent: 10.1.0.77 renewed"

step "the foreign agent loses its memory, and its kernel's"
power_loss
expect "the phone visits anew" wait_until 20 says_times fa 2 "10.1.0.77 visits, home agent 10.1.0.1"
expect "it reaches the correspondent" wait_until 20 reaches_cn
result "killed, replaced, stopped and forgetful: the phone stays connected"
