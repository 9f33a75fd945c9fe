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

# outages KIND: of the report, those of roams between subnets, or inside the one.
outages() {
  awk -v kind="$1" '
    /^outage of the roam to/ {
      to = substr($6, 1, length($6) - 1)
      between = to == "ap2" || from == "ap2"
      if (kind == (between ? "between" : "inside")) print $7
      from = to
    }' "$WORK/phone-ping-cn.report" | sort -n
}

median() {
  awk '{ value[NR] = $1 } END { middle = int((NR + 1) / 2); print NR % 2 ? value[middle] : (value[middle] + value[middle + 1]) / 2 }'
}

step "$((2 * ROUNDS)) roams between two subnets, as many inside one, a ping each 10 ms"
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
ping_report phone cn >/dev/null
inside=$(outages inside | median)
between=$(outages between | median)
row "roam inside one subnet" "$inside" ms
row "roam between subnets" "$between" ms
row "the latter more than the former" "$(awk -v a="$between" -v b="$inside" 'BEGIN { print a - b }')" ms
row "at rest, longest" "$(longest_rest phone cn)" ms
on ap2 ubus call pmip stations | grep last_outage || true
say "inside: $(outages inside | xargs)"
say "between: $(outages between | xargs)"
