# shellcheck shell=bash
# Host names: a dnsmasq on the box itself, as on OpenWrt, whose /etc/resolv.conf names 127.0.0.1.

serve_names() {
  local box=$1
  # The boxes have /etc in common, and it may be a link that leads nowhere here.
  rm -f /etc/resolv.conf
  echo 'nameserver 127.0.0.1' >/etc/resolv.conf
  write_names "$@"
  on "$box" tee /run/names.conf >/dev/null <<CONF
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
addn-hosts=/run/names
local-ttl=600
log-queries
log-facility=-
user=root
CONF
  start_program "$box" names dnsmasq --keep-in-foreground --pid-file --conf-file=/run/names.conf
  wait_until 30 has_read_names "$box"
}

# From now on; dnsmasq reads it again.
name_is() {
  write_names "$@"
  kill -HUP "${PROGRAM[$1/names]}"
}

write_names() {
  echo "$3 $2" | on "$1" tee /run/names >/dev/null
}

has_read_names() {
  program_log "$1" names | grep -F 'read /run/names' >/dev/null
}
