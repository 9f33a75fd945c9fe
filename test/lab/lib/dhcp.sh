# shellcheck shell=bash
# DHCP: dnsmasq on routers, as OpenWrt runs it, and the clients that are in use on stations.

serve_dhcp() {
  local box=$1 first=$2 last=$3
  on "$box" tee /run/dnsmasq.conf >/dev/null <<CONF
port=0
bind-dynamic
dhcp-authoritative
dhcp-range=$first,$last,255.255.255.0,120
dhcp-option=option:T1,20
dhcp-option=option:T2,40
dhcp-leasefile=/run/dnsmasq.leases
no-ping
log-dhcp
log-facility=-
user=root
CONF
  start_program "$box" dnsmasq dnsmasq --keep-in-foreground --pid-file --conf-file=/run/dnsmasq.conf
}

has_served() {
  program_log "$1" dnsmasq | grep -F "$(mac_of "$2")" >/dev/null
}

# The lines of dnsmasq's file begin with it: end, MAC address, address, name, client identifier.
lease_end() {
  on "$1" cat /run/dnsmasq.leases | awk -v mac="$(mac_of "$2")" '$2 == mac { print $1; found = 1 } END { exit !found }'
}

ask_dhcp() {
  local station=$1 client=${2:-${PROPERTY[$1/client]:-udhcpc}}
  PROPERTY["$station/client"]=$client
  "start_$client" "$station"
  wait_until 30 address_of "$station" >/dev/null
}

start_udhcpc() {
  start_program "$1" udhcpc busybox udhcpc -f -i wlan0 -t 20 -T 1 -s "$LAB/lib/udhcpc-script.sh"
}

# A few seconds less patience than by default, as systems have it that are in a hurry.
start_dhclient() {
  on "$1" tee /run/dhclient.conf >/dev/null <<CONF
reboot 90;
initial-interval 1;
backoff-cutoff 3;
retry 3;
request subnet-mask, broadcast-address, routers;
CONF
  start_program "$1" dhclient dhclient -d -cf /run/dhclient.conf -lf /run/dhclient.leases -pf /run/dhclient.pid \
    -sf "$LAB/lib/dhclient-script.sh" wlan0
}

start_dhcpcd() {
  on "$1" tee /run/dhcpcd.conf >/dev/null <<CONF
noipv6
noipv4ll
reboot 30
option routers
script ""
CONF
  start_program "$1" dhcpcd dhcpcd --nobackground --debug --config /run/dhcpcd.conf wlan0
}

# It would wait for udev, unless it takes the box for a container, where nobody writes to /sys.
start_networkd() {
  on "$1" mount -o remount,bind,ro /sys
  on "$1" mkdir -p /run/systemd/network
  on "$1" tee /run/systemd/network/wlan0.network >/dev/null <<CONF
[Match]
Name=wlan0
[Network]
DHCP=ipv4
LinkLocalAddressing=no
IPv6AcceptRA=no
KeepConfiguration=dhcp
[DHCPv4]
ClientIdentifier=mac
SendRelease=yes
CONF
  start_program "$1" networkd env SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console /lib/systemd/systemd-networkd
}

renew_dhcp() {
  kill -USR1 "${PROGRAM[$1/udhcpc]}"
}

stop_dhcp() {
  stop_program "$1" "${PROPERTY[$1/client]}" KILL
}

# udhcpc: SIGUSR2 makes it send a RELEASE, SIGTERM would not.
give_back_dhcp() {
  local station=$1
  case ${PROPERTY[$station/client]:-udhcpc} in
    udhcpc)
      kill -USR2 "${PROGRAM[$station/udhcpc]}"
      pause 0.5
      stop_program "$station" udhcpc
      ;;
    dhclient)
      stop_program "$station" dhclient KILL
      on "$station" dhclient -r -cf /run/dhclient.conf -lf /run/dhclient.leases -pf /run/dhclient.pid \
        -sf "$LAB/lib/dhclient-script.sh" wlan0 >>"$WORK/$station-dhclient.log" 2>&1
      ;;
    dhcpcd) stop_program "$station" dhcpcd ALRM ;;
    networkd) stop_program "$station" networkd ;;
  esac
}

only_rebinds() {
  on "$1" nft "add table ip lab; add chain ip lab output { type filter hook output priority 0; };
    add rule ip lab output udp dport 67 ip daddr != 255.255.255.255 drop"
}

address_of() {
  ip -n "$1" -brief -4 address show wlan0 | awk '$3 { sub("/.*", "", $3); print $3; found = 1 } END { exit !found }'
}
