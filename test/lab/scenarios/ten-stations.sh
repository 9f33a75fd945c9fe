# shellcheck shell=bash
# Ten stations, at home at three access points with two bands each, walk at random, a TCP stream each. Nothing breaks, and
# at the end every table and the kernel are as they should be. LAB_WALK_SECONDS is the time of the walk, LAB_SEED its seed.

WALK_SECONDS=${LAB_WALK_SECONDS:-300}
# A little of everything: emulation is slow, and the machine may be busy. An application that waits a minute.
# shellcheck disable=SC2034 # read by the words
TCP_PAUSE=1 TCP_USER_TIMEOUT=6:18:60000 BEACON_INTERVAL=400
# So many walk at a time, and so long they stay.
WALKERS=3
STAY_SECONDS=1.5
ACCESS_POINTS=(ap1 ap2 ap3)
BANDS=(2.4 5)
RANDOM=${LAB_SEED:-43}
declare -A HOME_OF=() AT=()
STATIONS=()

access_point ap1 network 10.1.0.0/24 band 2.4 band 5 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 2.4 band 5 wan 10.255.2.2
access_point ap3 network 10.3.0.0/24 band 2.4 band 5 wan 10.255.3.2
correspondent cn 10.255.4.2
for number in {1..10}; do
  network=$((number % 3 + 1))
  station "s$number" address "10.$network.0.$((70 + number))/24" gateway "10.$network.0.1"
  STATIONS+=("s$number")
  HOME_OF[s$number]=ap$network
done

# Another access point, or now and then the other band of the same.
choose_goal() {
  local to band
  to=${ACCESS_POINTS[RANDOM % 3]}
  band=${BANDS[RANDOM % 2]}
  [ "${AT[$1]:-}" != "$to $band" ] || band=$([ "$band" = 5 ] && echo 2.4 || echo 5)
  AT[$1]="$to $band"
}

# Each does the word that it is told, at the same time as the others.
all_at_once() {
  local word=$1 station walk walks=()
  shift
  for station in "$@"; do
    # shellcheck disable=SC2086 # access point and band
    "$word" "$station" ${AT[$station]} &
    walks+=($!)
  done
  for walk in "${walks[@]}"; do wait "$walk"; done
}

is_away() {
  [ "${AT[$1]% *}" != "${HOME_OF[$1]}" ]
}

# What the tables of an access point must have, by where the stations are.
true_bindings() {
  local station
  for station in "${STATIONS[@]}"; do
    if [ "${HOME_OF[$station]}" != "$1" ] || ! is_away "$station"; then continue; fi
    echo "$(address_of "$station") ${PROPERTY[${AT[$station]% *}/wan]}"
  done | sort
}

true_visitors() {
  local station
  for station in "${STATIONS[@]}"; do
    if [ "${AT[$station]% *}" != "$1" ] || ! is_away "$station"; then continue; fi
    echo "$(address_of "$station") $(mac_of "$station")"
  done | sort
}

is_as_it_should_be() {
  [ "$(bindings_of "$1")" = "$(true_bindings "$1")" ] && [ "$(visitors_of "$1")" = "$(true_visitors "$1")" ]
}

step "three access points with two radios each, ten stations"
start_network
configure_as_usual "${ACCESS_POINTS[@]}"
agents_share_a_key "${ACCESS_POINTS[@]}"
for box in "${ACCESS_POINTS[@]}"; do start_pmip "$box"; done
for station in "${STATIONS[@]}"; do AT[$station]="${HOME_OF[$station]} ${BANDS[RANDOM % 2]}"; done
all_at_once associate "${STATIONS[@]}"
for station in "${STATIONS[@]}"; do tcp_begin "$station" cn; done

step "they walk for $WALK_SECONDS s"
count=0 away=0
end=$((SECONDS + WALK_SECONDS))
first=0
while [ $SECONDS -lt $end ]; do
  walkers=()
  for ((number = 0; number < WALKERS; number++)); do walkers+=("${STATIONS[(first + number) % 10]}"); done
  first=$((first + WALKERS + RANDOM % 3))
  for station in "${walkers[@]}"; do
    choose_goal "$station"
    count=$((count + 1))
    ! is_away "$station" || away=$((away + 1))
  done
  all_at_once roam "${walkers[@]}"
  pause "$STAY_SECONDS"
done
say "$count roams, $away of them to another network than one's own"

step "they stand still"
for box in "${ACCESS_POINTS[@]}"; do
  expect "$box has exactly the bindings and visitors that it should" wait_until 40 is_as_it_should_be "$box"
  expect "its kernel state is that of its tables" tables_agree "$box"
done
for station in "${STATIONS[@]}"; do
  expect "the stream of $station (${AT[$station]}) goes on" wait_until 20 tcp_moves "$station" cn
done
step "the streams end"
for station in "${STATIONS[@]}"; do tcp_report "$station" cn; done
result "$count roams of ten stations, no stream broke, no wrong entry"
