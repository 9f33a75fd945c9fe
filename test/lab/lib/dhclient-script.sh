#!/bin/busybox sh
# shellcheck shell=dash
# What a station does with what dhclient learns, as Debian's own script does it but for names and hooks.
# shellcheck disable=SC2154
case $reason in
  PREINIT) ip link set "$interface" up ;;
  BOUND | RENEW | REBIND | REBOOT)
    [ -z "$old_ip_address" ] || [ "$old_ip_address" = "$new_ip_address" ] || ip address flush dev "$interface"
    ip address replace "$new_ip_address/$new_subnet_mask" dev "$interface"
    ip route replace default via "${new_routers%% *}"
    ;;
  EXPIRE | FAIL | RELEASE | STOP) ip address flush dev "$interface" ;;
esac
