# shellcheck shell=bash
# Outages of roams between subnets, beside those inside one subnet; see ../run.

# shellcheck source=../rows.sh
. "$LAB_ROOT/test/bench/rows.sh"

ROUNDS=${BENCH_ROUNDS:-10}
# Between roams, and so long after its beginning an outage counts as the roam's.
# shellcheck disable=SC2034 # read by ping_report
ROAM_SECONDS=3

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
access_point beside network 10.1.0.0/24 address 10.1.0.3 band 5 uplink ap1
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

walk() {
  roam phone "$1"
  pause "$ROAM_SECONDS"
}

# outages KIND: of the report, those of roams inside the one subnet, between subnets, and between subnets when each access
# point was told of the phone by the station directory.
outages() {
  awk -v kind="$1" -v untold=$((2 * ROUNDS)) '
    /^outage of the roam to/ {
      to = substr($6, 1, length($6) - 1)
      between = to == "ap2" || from == "ap2"
      if (kind == (!between ? "inside" : ++roams <= untold ? "between" : "told")) print $7
      from = to
    }' "$WORK/phone-ping-cn.report" | sort -n
}

# more A B: how much more A is than B.
more() {
  awk -v a="$1" -v b="$2" 'BEGIN { print a - b }'
}

median() {
  awk '{ value[NR] = $1 } END { middle = int((NR + 1) / 2); print NR % 2 ? value[middle] : (value[middle] + value[middle + 1]) / 2 }'
}

step "$((2 * ROUNDS)) roams between two subnets, as many inside one, a ping each 10 ms; then as many more, with a station directory"
start_network
configure_as_usual ap1 ap2
agents_share_a_key ap1 ap2
start_pmip ap1
start_pmip ap2
associate phone ap1
ping_begin phone cn
pause 3
for ((round = 0; round < ROUNDS; round++)); do
  walk ap2
  walk ap1
  walk beside
  walk ap1
done
map_by_authorities 'ap1 ap2' ap1 ap2
for box in ap1 ap2; do kill -HUP "${PROGRAM[$box/pmip]}"; done
for box in ap1 ap2; do
  expect "$box has the directory" wait_until 60 pmip_says "$box" "authoritative access point ${PROPERTY[$box/wan]} answers"
done
for ((round = 0; round < ROUNDS; round++)); do
  walk ap2
  walk ap1
done
expect "AP 2 was told of the phone" pmip_says ap2 "(learned by directory)"
ping_report phone cn >/dev/null
inside=$(outages inside | median)
between=$(outages between | median)
told=$(outages told | median)
row "roam inside one subnet" "$inside" ms
row "roam between subnets" "$between" ms
row "more than inside one" "$(more "$between" "$inside")" ms
row "roam between subnets, told of" "$told" ms
row "more than inside one" "$(more "$told" "$inside")" ms
row "at rest, longest" "$(longest_rest phone cn)" ms
on ap2 ubus call pmip stations | grep last_outage || true
say "inside: $(outages inside | xargs)"
say "between: $(outages between | xargs)"
say "between, told of: $(outages told | xargs)"
