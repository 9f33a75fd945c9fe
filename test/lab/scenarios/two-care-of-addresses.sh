# shellcheck shell=bash
# A mobile node with Mobile IP of its own and two interfaces, that wants to be reached by both at once (RFC 5944 §3.3, the S
# bit). Each of its interfaces is a box here, so that it can be seen what each receives; its registrations are made by a
# program of ours.

router ha network 10.1.0.0/24 wan 10.255.1.2
router first network 10.2.0.0/24 wan 10.255.2.2
router second network 10.3.0.0/24 wan 10.255.3.2
correspondent cn 10.255.4.2

HOME=10.1.0.77
FLAGS_ALONE=$((0x22))  # D and T: it is the tunnel's end itself, and sends its packets back through it
FLAGS_BESIDE=$((0xa2)) # S too

try_from() {
  register "$1" $HOME 10.1.0.1 "${PROPERTY[$1/wan]}" "$2" "$3"
}

be_tunnel_end() {
  on "$1" ip tunnel add node mode ipip local "${PROPERTY[$1/wan]}" remote 10.1.0.1
  on "$1" ip link set node up
  on "$1" ip address add $HOME/32 dev node
  on "$1" ip route add 10.255.4.2 dev node src $HOME
}

received_by() {
  on "$1" cat /sys/class/net/node/statistics/rx_packets
}

# How many of three questions the correspondent has answers to, and second answers; and how many each interface has got.
asked() {
  local first second answers duplicates
  first=$(received_by first) second=$(received_by second)
  on cn ping -n -c 3 -i 0.3 -w 2 $HOME >"$WORK/cn-answers.log" || true
  # The last duplicate comes when ping has seen enough.
  answers=$(grep -c 'bytes from.* ms$' "$WORK/cn-answers.log" || true)
  duplicates=$(grep -c 'DUP' "$WORK/cn-answers.log" || true)
  echo "$answers answers, $duplicates twice, $(($(received_by first) - first)) and $(($(received_by second) - second)) received"
}

reaches() {
  local text
  text=$(asked)
  [ "$text" = "$1" ] || { say "$text" && return 1; }
}

reaches_both() {
  local text
  text=$(asked)
  [[ $text =~ ^"3 answers, "[23]" twice, 3 and 3 received"$ ]] || { say "$text" && return 1; }
}

# By the kernel of the home agent: the route, and that of the copies.
bound_to() {
  local table
  for table in main 434; do
    ip -n ha route show table $table proto 43 2>/dev/null | awk '/ encap / { for (i = 1; i < NF; i++) if ($i == "dst") print $(i + 1) }'
  done | sort | xargs
}

step "a home agent as it is unless told: the latest care-of address counts"
start_network
write_registering_program
for box in first second; do be_tunnel_end $box; done
configure_as_usual ha
start_pmip ha
capture
expect_registrations
expect "the first is accepted" test "$(try_from first $FLAGS_ALONE 300)" = 0
expect "the second too, with code 1" test "$(try_from second $FLAGS_BESIDE 300)" = 1
expect "only it is reached" reaches "3 answers, 0 twice, 0 and 3 received"

step "it serves simultaneous bindings now"
configure ha <<<"set pmip.main.simultaneous_bindings=1"
kill -HUP "${PROGRAM[ha/pmip]}"
expect "a first beside the second: code 0" wait_until 10 test "$(try_from first $FLAGS_BESIDE 300)" = 0
expect "both are in the table" test "$(bound_to)" = "10.255.2.2 10.255.3.2"
expect "each packet reaches both, and both answer through their tunnels" wait_until 10 reaches_both
expect "a third is too many" test "$(register cn $HOME 10.1.0.1 10.255.4.2 $FLAGS_BESIDE 300)" = 135

step "the daemon is killed; nobody serves meanwhile"
stop_pmip ha KILL
expect "both are reached as before" reaches_both
start_pmip ha
expect "the next one knows both" wait_until 10 test "$(bound_to)" = "10.255.2.2 10.255.3.2"
pause 2
expect "and leaves the kernel as it was" reaches_both

step "one after the other ends"
expect "the one that was there before ends" test "$(try_from second $FLAGS_BESIDE 0)" = 0
expect "the other goes on alone" reaches "3 answers, 0 twice, 3 and 0 received"
expect "it is renewed without the other" test "$(try_from first $FLAGS_ALONE 300)" = 0
expect "the second is back beside it" test "$(try_from second $FLAGS_BESIDE 300)" = 0
expect "both are reached" wait_until 10 reaches_both
expect "a renewal that does not ask for both ends the other" test "$(try_from second $FLAGS_ALONE 300)" = 0
expect "and the second goes on alone" reaches "3 answers, 0 twice, 0 and 3 received"
try_from first $FLAGS_BESIDE 300 >/dev/null

step "pmip is stopped"
stop_pmip ha
expect_not "a rule is left" grep -F pmip0 <(ip -n ha rule)
expect_not "a table is left" grep -F pmip <(on ha nft list tables)
result "two care-of addresses at once, when the home agent serves it"
