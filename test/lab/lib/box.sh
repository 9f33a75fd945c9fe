#!/bin/busybox sh
# shellcheck shell=dash
# First process of a box, in its namespaces: mounts what is the box's own, says its number, and stays.
set -e
box=$1
hostname "$box"
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /etc/config /etc/pmip/map /tmp/.uci /var/run/ubus /var/run/pmip /var/run/hostapd /var/run/wpa
mount --bind "/.lab/boxes/$box/config" /etc/config
mount --bind "/.lab/boxes/$box/map" /etc/pmip/map
mount -t tmpfs tmpfs /tmp/.uci
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip link set lo up
echo $$
exec sleep infinity
