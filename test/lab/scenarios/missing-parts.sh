# shellcheck shell=bash
# A wrong configuration, no ubusd, a kernel without ipip and nftables: each gives one clear line that says what is missing
# and what to do; the daemon goes on with what it can.

without_kernel_module ipip nf_tables
access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

said_once() {
  [ "$(pmip_log "$1" | grep -cF "$2")" = 1 ]
}

reaches() {
  on "$1" ping -q -c 1 -W 1 "$2" >/dev/null
}

step "an access point whose kernel lacks ipip and nftables"
start_network
configure_as_usual ap1 ap2
configure ap1 <<UCI
set pmip.main.lifetime=5
set pmip.main.colour=blue
set pmip.of_ap2.ascii=
UCI
stop_program ap1 ubusd

step "pmip starts all the same"
start_pmip ap1
start_pmip ap2
expect "says which value is wrong, and what is allowed" said_once ap1 "pmip.main.lifetime='5'"
expect "says which option it does not know" said_once ap1 "pmip.main.colour: unknown option"
expect "says which association has no key" said_once ap1 "pmip.of_ap2"
expect "says that ubusd is missing" said_once ap1 "ubusd does not answer"
expect "says that ipip is missing" wait_until 10 said_once ap1 "install kmod-ipip"
expect "says that bridge nftables are missing" wait_until 10 said_once ap1 "install kmod-nft-bridge"

step "it goes on with what it can"
start_ubusd ap1
expect "finds ubusd when it comes" wait_until 20 said_once ap1 "ubusd is back"
associate phone ap1
expect "the phone reaches its gateway" wait_until 20 reaches phone 10.1.0.1
expect "serves the phone at home" wait_until 20 said_once ap1 "10.1.0.77 is deregistered"
expect "tells all of it by ubus" grep -q "install kmod-ipip" <(on ap1 ubus call pmip status)
expect "runs" is_running ap1 pmip
result "every part that is missing is named, and the daemon runs"
