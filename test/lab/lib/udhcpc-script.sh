#!/bin/busybox sh
# shellcheck shell=dash
# What a station does with what DHCP tells it; udhcpc gives it all in the environment.
# shellcheck disable=SC2154
case $1 in
  deconfig) ip address flush dev "$interface" && ip link set "$interface" up ;;
  bound | renew)
    ip address replace "$ip/$mask" dev "$interface"
    ip route replace default via "${router%% *}"
    ;;
esac
