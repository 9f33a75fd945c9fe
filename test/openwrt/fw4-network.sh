#!/bin/sh
# Usage: fw4-network.sh PROBE RULESET (in a network and mount namespace of its own, as root)
#
# A router with a bridge, a WAN and a tunnel, and behind each of them a host; the tunnel is a pair of Ethernet devices,
# because what its rules see is only a device of that name. PROBE then sends packets from the hosts, by RULESET.

set -eu

mount -t tmpfs tmpfs /run
probe=$1
ruleset=$2
# Of each interface of the router.
ROUTER_MAC=02:00:00:00:00:01

# Interface of the router, host behind it.
wire() {
	ip netns add "$2"
	ip link add "$1" address "$ROUTER_MAC" type veth peer name eth0 netns "$2"
	ip link set "$1" up
	ip -n "$2" link set eth0 up
	ip -n "$2" link set lo up
}

# Everything goes to the router, whatever it is addressed to.
send_all_to() {
	ip -n "$1" route add default via 192.0.2.1 dev eth0 onlink
	ip -n "$1" neigh add 192.0.2.1 lladdr "$ROUTER_MAC" dev eth0
}

ip link set lo up
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
wire wan internet
wire pmip0 tunnel
ip link add br-lan address "$ROUTER_MAC" type bridge
ip link set br-lan up
wire lan0 home
ip link set lan0 master br-lan
ip address add 10.1.0.1/24 dev br-lan
ip address add 10.255.1.2/24 dev wan
ip route add default via 10.255.1.1
# Loaded once, so that it can be told to believe the probes, which have no checksums.
nft -f "$ruleset"
sysctl -qw net.netfilter.nf_conntrack_checksum=0
# One client is away, and one is here as a visitor.
ip route add 10.1.0.77/32 dev pmip0
ip route add 10.2.0.88/32 dev br-lan
for host in internet tunnel home; do send_all_to "$host"; done

exec python3 "$probe" "$ruleset"
