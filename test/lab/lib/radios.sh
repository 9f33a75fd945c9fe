# shellcheck shell=bash
# Radios of the mac80211_hwsim module, moved into the boxes; hostapd and wpa_supplicant on them.

SSID=tsunami
PASSPHRASE=12345678
declare -A CHANNEL=([2.4]=1 [5]=36) FREQUENCY=([2.4]=2412 [5]=5180) HARDWARE_MODE=([2.4]=g [5]=a)
# In units of 1.024 ms. Where there are many radios, each beacon goes to all of them.
BEACON_INTERVAL=100
NEXT_RADIO=0
ROAMS=()

radios_wanted() {
  case ${PROPERTY[$1/kind]} in
    access_point) wc -w <<<"${PROPERTY[$1/band]:-}" ;;
    station) echo 1 ;;
    *) echo 0 ;;
  esac
}

# hostapd is told no country, as it would wait seconds for the kernel to say what it already knows.
# 5 GHz is shut until a country is known, and a radio takes that with it only if it was known before it moved.
open_channels() {
  iw reg set US
  wait_until 30 country_is_known
}

country_is_known() {
  # grep -q would end iw by a broken pipe.
  iw reg get | grep '^country US' >/dev/null
}

give_radios() {
  local box=$1 number wanted
  wanted=$(radios_wanted "$box")
  for ((number = 0; number < wanted; number++)); do
    give_radio "$box" "$number" "phy$NEXT_RADIO"
    NEXT_RADIO=$((NEXT_RADIO + 1))
  done
  [ "${PROPERTY[$box/kind]}" != station ] || start_station "$box"
}

give_radio() {
  local box=$1 number=$2 radio=$3 name
  PROPERTY["$box/phy$number"]=$radio
  name=phy$number-ap0
  [ "${PROPERTY[$box/kind]}" != station ] || name=wlan0
  iw phy "$radio" set netns name "$box"
  ip -n "$box" link set "$(on "$box" ls "/sys/class/ieee80211/$radio/device/net")" name "$name"
}

start_station() {
  local box=$1 address=${PROPERTY[$1/address]} gateway=${PROPERTY[$1/gateway]:-}
  on "$box" tee /run/wpa.conf >/dev/null <<CONF
ctrl_interface=/var/run/wpa
network={
  ssid="$SSID"
  psk="$PASSPHRASE"
  scan_freq=${FREQUENCY[*]}
  disabled=1
}
CONF
  start_program "$box" wpa_supplicant wpa_supplicant -i wlan0 -c /run/wpa.conf -t
  [ "$address" = dhcp ] && return
  ip -n "$box" -batch - <<BATCH
addr add $address dev wlan0
link set wlan0 up
${gateway:+route add default via $gateway}
BATCH
}

write_hostapd_configuration() {
  local box=$1 number=$2 band=$3
  on "$box" tee "/run/hostapd-$number.conf" >/dev/null <<CONF
interface=phy$number-ap0
driver=nl80211
bridge=br-lan
ssid=$SSID
hw_mode=${HARDWARE_MODE[$band]}
channel=${CHANNEL[$band]}
beacon_int=$BEACON_INTERVAL
ieee80211n=1
wmm_enabled=1
ctrl_interface=/var/run/hostapd
wpa=2
wpa_passphrase=$PASSPHRASE
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
CONF
}

# The name of the BSS's interface on a box: the first, or that of a band.
radio_of() {
  local box=$1 band=${2:-} number=0 each
  for each in ${PROPERTY[$box/band]}; do
    if [ -z "$band" ] || [ "$each" = "$band" ]; then
      echo "phy$number-ap0 $each"
      return
    fi
    number=$((number + 1))
  done
  return 1
}

mac_of() {
  local interface=${2:-wlan0}
  ip -n "$1" -brief link show "$interface" | awk '{ print $3 }'
}

wpa() {
  local station=$1
  shift
  on "$station" wpa_cli -p /var/run/wpa -i wlan0 "$@"
}

associate() {
  local station=$1 box=$2 interface band bssid
  read -r interface band < <(radio_of "$box" "${3:-}")
  bssid=$(mac_of "$box" "$interface")
  wait_until 30 wpa "$station" ping >/dev/null
  # It would stay where it is, the network being the same.
  wpa "$station" disconnect >/dev/null
  wpa "$station" bssid 0 "$bssid" >/dev/null
  wpa "$station" select_network 0 >/dev/null
  # It stays there by its own will: on a busy machine a handshake may fail, and it would go where nobody sent it.
  wait_until 30 associated "$station" "$box" "$band"
}

# Scanning comes before the clock starts: a client does it while it is still well served.
roam() {
  local station=$1 box=$2 interface band bssid began
  read -r interface band < <(radio_of "$box" "${3:-}")
  bssid=$(mac_of "$box" "$interface")
  wpa "$station" scan TYPE=ONLY "freq=${FREQUENCY[$band]}" >/dev/null
  wait_until 30 sees "$station" "$bssid"
  wpa "$station" bssid 0 "$bssid" >/dev/null
  began=$EPOCHREALTIME
  wpa "$station" roam "$bssid" >/dev/null
  wait_until 30 associated "$station" "$box" "$band"
  ROAMS+=("$station $box $began")
}

sees() {
  [ -n "$(wpa "$1" bss "$2")" ]
}

leave() {
  wpa "$1" disconnect >/dev/null
}

associated() {
  local station=$1 box=$2 interface bssid state
  read -r interface _ < <(radio_of "$box" "${3:-}")
  bssid=$(mac_of "$box" "$interface")
  state=$(wpa "$station" status)
  [[ $state == *"bssid=$bssid"* && $state == *wpa_state=COMPLETED* ]]
}
