# shellcheck shell=bash
# Two visitors of one home agent: one by gre and with a reverse tunnel, the other by ipip and without. What fits through
# each, also when a link on the way becomes narrow; then the first walks to where the second is, and the other way round.

router ha network 10.1.0.0/24 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
access_point ap3 network 10.3.0.0/24 band 2.4 wan 10.255.3.2
correspondent cn 10.255.4.2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station tablet address 10.1.0.78/24 gateway 10.1.0.1

PHONE=10.1.0.77
TABLET=10.1.0.78
CN=10.255.4.2

# Both ends of a tunnel: packets that the device received, and sent.
packets() {
  on "$1" cat "/sys/class/net/$2/statistics/rx_packets" "/sys/class/net/$2/statistics/tx_packets" | xargs
}

reaches() {
  on "$1" ping -n -q -c 3 -i 0.2 -W 2 "$2" >/dev/null
}

# A ping's three packets pass a tunnel device of a box: in both directions, or in one of them.
passes() {
  local station=$1 box=$2 device=$3 received=$4 sent=$5 before after
  before=$(packets "$box" "$device")
  reaches "$station" $CN
  after=$(packets "$box" "$device")
  [ $((${after% *} - ${before% *})) = "$received" ] && [ $((${after#* } - ${before#* })) = "$sent" ]
}

# The device of the home agent's route to a mobile node.
route_of() {
  ip -n ha route show "$1" proto 43 | grep -o 'dev pmip[01]'
}

goes_by() {
  [ "$(route_of "$1")" = "dev $2" ]
}

# With "don't fragment": a packet of so many octets passes, and of one that is longer the sender hears what would, or has
# heard it before.
longest() {
  local from=$1 to=$2 octets=$3
  on "$from" ping -n -q -M 'do' -c 2 -i 0.2 -W 2 -s $((octets - 28)) "$to" >/dev/null &&
    ! on "$from" ping -n -M 'do' -c 1 -W 2 -s $((octets - 27)) "$to" >"$WORK/$from-long.log" 2>&1 &&
    grep -E "mtu ?= ?$octets" "$WORK/$from-long.log" >/dev/null
}

passes_whole() {
  on "$1" ping -n -q -M 'do' -c 2 -W 2 -s $(($2 - 28)) $CN >/dev/null
}

passes_in_pieces() {
  on "$1" ping -n -q -M dont -c 2 -W 2 -s 3972 "$2" >/dev/null
}

# The maximum segment sizes of a connection's two SYNs, each as the other side receives it.
segments() {
  local from=$1
  listen cn syn wan "tcp[13] == 2 and src host $2"
  listen "$from" syn wlan0 'tcp[13] == 18'
  echo hello | on "$from" socat -t 5 - "TCP:$CN:7" >/dev/null
  wait_until 10 has_mss cn
  wait_until 10 has_mss "$from"
  stop_program cn syn
  stop_program "$from" syn
  echo "$(mss_in cn) $(mss_in "$from")"
}

has_mss() {
  [ -n "$(mss_in "$1")" ]
}

mss_in() {
  program_log "$1" syn | grep -o 'mss [0-9]*' | tail -n 1 | grep -o '[0-9]*'
}

# The backbone's link to a box takes no longer packets than this.
narrow() {
  local wan=${PROPERTY[$1/wan]}
  ip -n backbone route replace "${wan%.*}.0/24" dev "$1" mtu lock "$2"
  ip -n backbone route replace "${PROPERTY[$1/network]}" via "$wan" mtu lock "$2"
}

step "a home agent; AP 2 asks it for gre and reverse tunnels, AP 3 for ipip and none"
start_network
configure_as_usual ha ap2 ap3
printf 'set pmip.main.%s\n' tunnel=gre reverse_tunnel=1 | configure ap2
printf 'set pmip.main.%s\n' tunnel=ipip reverse_tunnel=0 | configure ap3
for box in ha ap2 ap3; do start_pmip "$box"; done
start_program cn listen socat TCP-LISTEN:7,fork,reuseaddr EXEC:cat
associate phone ap2
associate tablet ap3
expect "the phone reaches the correspondent" wait_until 20 reaches phone $CN
expect "the tablet too" wait_until 20 reaches tablet $CN

step "each as it was registered, at the same home agent and at the same time"
expect "the phone goes by gre" goes_by $PHONE pmip1
expect "both ways" passes phone ap2 pmip1 3 3
expect "the tablet goes by ipip" goes_by $TABLET pmip0
expect "one way: what it sends goes straight to the correspondent" passes tablet ap3 pmip0 3 0

step "what fits"
expect "1476 octets by gre, to the phone" longest cn $PHONE 1476
expect "and from it" longest phone $CN 1476
expect "1480 octets by ipip, to the tablet" longest cn $TABLET 1480
expect "1500 octets from it, beside the tunnel" passes_whole tablet 1500
sizes=$(segments phone $PHONE)
expect "the phone's connections have segments of 1436 octets both ways ($sizes)" test "$sizes" = "1436 1436"
sizes=$(segments tablet $TABLET)
expect "the tablet's are told to be as short, or 1440 through its tunnel ($sizes)" test "$sizes" = "1436 1440"

step "the links to AP 2 and the home agent become narrow, during a connection of the phone"
tcp_begin phone cn
narrow ap2 1400
narrow ha 1400
expect "the correspondent hears what fits now: 1376 octets" wait_until 10 longest cn $PHONE 1376
expect "the phone hears it too" wait_until 10 longest phone $CN 1376
expect "its connection goes on" tcp_moves phone cn
expect "what may be fragmented is: 4000 octets to the phone" passes_in_pieces cn $PHONE
narrow ap2 1500
narrow ha 1500

step "the phone walks to AP 3, the tablet to AP 2"
roam phone ap3
roam tablet ap2
expect "the phone goes by ipip now" wait_until 20 goes_by $PHONE pmip0
expect "its connection goes on" tcp_moves phone cn
tcp_report phone cn
expect "one way" passes phone ap3 pmip0 3 0
expect "the tablet reaches the correspondent" wait_until 20 reaches tablet $CN
expect "by gre" goes_by $TABLET pmip1
expect "both ways" passes tablet ap2 pmip1 3 3

step "AP 2 is told to ask for ipip, and for no reverse tunnel"
printf 'set pmip.main.%s\n' tunnel=ipip reverse_tunnel=0 | configure ap2
kill -HUP "${PROGRAM[ap2/pmip]}"
expect "the tablet goes by ipip, as soon as it is registered again" wait_until 20 goes_by $TABLET pmip0
expect "one way" wait_until 10 passes tablet ap2 pmip0 3 0
for box in ap2 ap3; do expect "$box: kernel and tables agree" tables_agree "$box"; done
result "gre or ipip, with or without the way back: as each registration says"
