# shellcheck shell=bash
# Two routers with OpenWrt's default configuration and firewall, on which the package is installed and the README's commands
# are typed: that is a working pair. The LANs are routed to each other; everything else leaves masqueraded.

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
correspondent internet 203.0.113.7
station phone address 10.1.0.77/24 gateway 10.1.0.1

is_content() {
  on "$1" /usr/bin/pmip check >"$WORK/$1-check.log" 2>&1
}

# A counter of `pmip counters`; what never happened is not there.
counter() {
  on "$1" ubus call pmip counters | awk -F'[":, ]+' -v name="$2" '$2 == name { print $3; found = 1 } END { if (!found) print 0 }'
}

counts() {
  [ "$(counter "$1" "$2")" -ge "$3" ]
}

# A message that is none, to the port of the agents of ap1.
talks_nonsense() {
  echo nonsense | on "$1" socat -u - UDP:10.255.1.2:434
}

# Packets through a tunnel to ap1, for one of its network.
tunnels_in() {
  on "$1" ip link add guess type ipip local "${PROPERTY[$1/wan]}" remote 10.255.1.2
  on "$1" ip address add 10.66.0.1/32 dev guess
  on "$1" ip link set guess up
  on "$1" ip route add 10.1.0.10/32 dev guess src 10.66.0.1
  on "$1" ping -q -c 3 -i 0.2 -W 1 10.1.0.10 >/dev/null || true
}

# change BOX OPTION=VALUE: as anybody does it.
change() {
  on "$1" uci set "pmip.$2"
  on "$1" uci commit pmip
  on "$1" reload_config
}

visits() {
  pmip_log ap2 | grep -c '10.1.0.77 visits'
}

step "two routers as OpenWrt makes them; the package is installed"
unpack_package
start_network
for box in ap1 ap2; do
  boot_openwrt "$box"
  install_package "$box"
done
start_netifd ap1 <<<'{"radio0": {"up": true, "interfaces": [{"section": "default_radio0", "ifname": "phy0-ap0"}]}}'
start_netifd ap2 <<<'{"radio1": {"up": true, "interfaces": [{"section": "default_radio1", "ifname": "phy0-ap0"}]}}'
expect_not "pmip is content with what nobody has switched on" is_content ap1

step "the README's commands are typed on both"
type_readme ap1 ap2
for box in ap1 ap2; do expect "$box: pmip check finds nothing wrong" wait_until 30 is_content "$box"; done

step "a phone walks"
associate phone ap1
ping_begin phone cn
tcp_begin phone cn
roam phone ap2
expect "it is registered" wait_until 30 pmip_says ap2 "10.1.0.77 is registered for 600 s"
expect "TCP goes on" tcp_moves phone cn

step "the firewall of both is reloaded"
on ap1 /etc/init.d/firewall reload
on ap2 /etc/init.d/firewall reload
expect "TCP goes on" tcp_moves phone cn

step "an option is changed, and one is set to a wrong value"
change ap2 main.lifetime=300
expect "the phone is registered for as long as it says" wait_until 20 pmip_says ap2 "10.1.0.77 is registered for 300 s"
change ap2 lan.advertise_interval=often
expect "the wrong value is said in the log" wait_until 20 pmip_says ap2 "pmip.lan.advertise_interval='often'"
expect "TCP goes on" tcp_moves phone cn
expect "the phone's visit has not been interrupted" test "$(visits)" = 1
expect_not "pmip check is content" is_content ap2
expect "it names the option" grep -q "pmip.lan.advertise_interval='often'" "$WORK/ap2-check.log"

step "the service is restarted at home"
on ap1 /etc/init.d/pmip restart
expect "its binding is there" wait_until 30 has_row ap1 bindings 10.1.0.77
expect "TCP goes on" tcp_moves phone cn

step "somebody from the Internet, and somebody near who is no agent"
talks_nonsense internet
tunnels_in internet
expect "nothing of the first has come in" \
  test "$(counter ap1 malformed.registration) $(counter ap1 tunnelPacketsNotAdmitted)" = "0 0"
talks_nonsense cn
tunnels_in cn
expect "what the other says is counted" wait_until 20 counts ap1 malformed.registration 1
expect "nothing comes out of its tunnel" wait_until 20 counts ap1 tunnelPacketsNotAdmitted 3
ping_report phone cn
tcp_report phone cn
result "an untouched router and the README's commands: a working pair"
