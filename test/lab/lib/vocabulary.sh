# shellcheck shell=bash
# The words of scenario files. A scenario is a bash file; the first word that fails ends it, and its exit status tells.
#
# What there is
#   access_point NAME network NETWORK [address ADDRESS] band 2.4|5 [band ...] wan ADDRESS
#                         a router with a bridge br-lan (first address of the network unless told) and radios
#                         phy0-ap0, phy1-ap0, ...; `uplink ROUTER` in place of `wan`: a mere bridge on ROUTER's network
#   router NAME network NETWORK wan ADDRESS       the same without a radio
#   correspondent NAME ADDRESS                    a host across the backbone
#   station NAME address ADDRESS/LENGTH gateway ADDRESS     a Wi-Fi client; or: station NAME address dhcp
#   without_kernel_module NAME...                 the machine behaves as if its kernel had none of these
#   start_network                                 builds all that was told so far; hostapd and ubusd run after it
#
# Programs on a box (each has its own network, /etc/config, /var/run and ubus)
#   on BOX COMMAND...                             runs a command there
#   configure BOX <<UCI                           lines for `uci batch`; pmip is committed at the end
#   answer BOX LAN/LENGTH WAN/LENGTH OTHER_ADDRESS OTHER_NETWORK KEY     pmip as LuCI's assistant sets it up, so answered
#   configure_as_usual BOX...                     pmip as most would have it: agents on every router, one key for all clients
#   forget_map BOX...                             then: no row of the map is told
#   map_by_authorities AUTHORITIES BOX...         ... and they make it themselves; AUTHORITIES, in one word, are authoritative
#   agents_share_a_key ROUTER...                  they tell each other when a station moves on (revocation)
#   unpack_package, boot_openwrt BOX, install_package BOX, type_readme BOX...     as a user has it, on an OpenWrt by default:
#                         the first before start_network; then /etc/init.d/pmip, reload_config and /etc/init.d/firewall are there
#   start_pmip BOX, stop_pmip BOX [SIGNAL], pmip_log BOX
#   pmip_says BOX TEXT                            a question: is it in the log
#   has_row BOX TABLE ADDRESS...                  a question: does `bindings`, `visitors`, ... of ubus have a row of each
#   start_program BOX NAME COMMAND...             in the background; its output goes to NAME's log
#   stop_program BOX NAME [SIGNAL], is_running BOX NAME, program_log BOX NAME
#   start_netifd BOX <<JSON                       its ubus object `network.wireless` answers `status` with this
#   radius_knows BOX ADDRESS AVPAIR..., serve_radius BOX SECRET, use_radius SERVER SECRET BOX...     keys by FreeRADIUS
#   serve_dhcp BOX FIRST LAST                     dnsmasq on br-lan, authoritative as on OpenWrt; T1 is 20 s and T2 40 s
#   has_served BOX STATION                        a question: is there a word about the station in dnsmasq's log
#   serve_names BOX NAME ADDRESS                  dnsmasq as the box's own name server, which knows this name
#   name_is BOX NAME ADDRESS                      ... and from now on this one
#   lease_end BOX STATION                         when the lease ends that dnsmasq has written down, in seconds
#   reboot BOX                                    power off and on: only /etc/config stays
#   set_clock BOX SECONDS                         pmip on this box sees the time so much later (or earlier); before start_pmip
#
# What a station does
#   associate STATION BOX [BAND]                  joins there, wherever it was
#   roam STATION BOX [BAND]                       reassociates, as a client does that walks; the moment is remembered
#   leave STATION, associated STATION BOX         the latter is a question
#   ask_dhcp STATION [udhcpc|dhclient|dhcpcd|networkd]     starts this DHCP client, which takes up what it knows
#   renew_dhcp STATION                            ... asks at once for more time (udhcpc only: of its server, or of any)
#   stop_dhcp STATION                             ... ends without a word: a later one verifies the address it had
#   give_back_dhcp STATION                        ... releases the address and ends
#   only_rebinds STATION                          it cannot reach its server any more, only all of them
#   address_of STATION, mac_of STATION
#
# What a box does that is a mobile node with Mobile IP software of its own (prints the code of the reply)
#   write_registering_program                     before the others
#   register BOX HOME_ADDRESS HOME_AGENT CARE_OF_ADDRESS FLAGS LIFETIME     at its home agent
#   register_through FOREIGN_AGENT BOX HOME_ADDRESS HOME_AGENT CARE_OF_ADDRESS FLAGS LIFETIME EXTENSIONS
#
# Traffic
#   ping_begin FROM TO, ping_report FROM TO       one ping each 10 ms; the report tells losses and the outage of each roam
#   longest_rest FROM TO                          of the report: milliseconds between answers where no roam was
#   tcp_begin FROM TO, tcp_report FROM TO         one connection whose octets come back; the report fails unless all did
#   tcp_moves FROM TO, tcp_gave_up FROM TO        questions; the application gives up 12 s after the last sign of life
#   cut_off BOX, reconnect BOX                    the wire between the box and the backbone
#   impair BOX INTERFACE NETEM...                 as `tc qdisc ... netem`: loss 10%, delay 20ms; `impair BOX INTERFACE` heals
#   tunnel_octets BOX [DEVICE]                    received and sent through pmip0
#   capture                                       all links to NAME-INTERFACE.pcap; tshark looks at them afterwards
#   expect_radius SECRET                          ... and RADIUS answers that are authentic by this secret
#   expect_registrations                          ... and must find accepted Mobile IP registrations in them
#
# Tables
#   bindings_of BOX, visitors_of BOX              "home-address care-of-address", "home-address MAC-address", sorted
#   tables_agree BOX                              a question: has the kernel what these tables want, and nothing else
#
# The story
#   step TEXT, say TEXT                           a line of the story; a remark
#   expect TEXT COMMAND...                        prints `yes` and the text, or `no` and ends the scenario
#   expect_not TEXT COMMAND...                    prints `not` and the text, or `yes` and ends the scenario
#   wait_until SECONDS COMMAND...                 repeats a command until it succeeds
#   result TEXT                                   the last line

# shellcheck source=story.sh
. "$LAB/lib/story.sh"
# shellcheck source=boxes.sh
. "$LAB/lib/boxes.sh"
# shellcheck source=topology.sh
. "$LAB/lib/topology.sh"
# shellcheck source=radios.sh
. "$LAB/lib/radios.sh"
# shellcheck source=programs.sh
. "$LAB/lib/programs.sh"
# shellcheck source=dhcp.sh
. "$LAB/lib/dhcp.sh"
# shellcheck source=names.sh
. "$LAB/lib/names.sh"
# shellcheck source=pings.sh
. "$LAB/lib/pings.sh"
# shellcheck source=transfers.sh
. "$LAB/lib/transfers.sh"
# shellcheck source=tables.sh
. "$LAB/lib/tables.sh"
# shellcheck source=captures.sh
. "$LAB/lib/captures.sh"
# shellcheck source=free-radius.sh
. "$LAB/lib/free-radius.sh"
# shellcheck source=openwrt.sh
. "$LAB/lib/openwrt.sh"
# shellcheck source=faults.sh
. "$LAB/lib/faults.sh"
# shellcheck source=mobile-node.sh
. "$LAB/lib/mobile-node.sh"
