# shellcheck shell=bash
# A Debian router whose systemd runs pmip from its unit, home agent and foreign agent of a network whose access point only
# bridges; across the backbone an access point that is router and agents in one. Stations of either visit the other.

router debian network 10.1.0.0/24 wan 10.255.1.2
access_point ap1 network 10.1.0.0/24 address 10.1.0.2 band 2.4 uplink debian
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1
station tablet address 10.2.0.78/24 gateway 10.2.0.1

# systemd as the first process of a process namespace. Of units it has ours, and targets in which there is nothing else; there
# is no journal, so what pmip says goes to a file.
start_systemd() {
  local target
  on debian mkdir -p /run/units/pmip.service.d
  on debian cp /usr/lib/systemd/system/pmip.service /run/units
  printf '[Service]\nStandardError=append:/run/pmip.log\n' | on debian tee /run/units/pmip.service.d/lab.conf >/dev/null
  for target in sysinit basic shutdown network-pre multi-user; do
    printf '[Unit]\nDefaultDependencies=no\n' | on debian tee "/run/units/$target.target" >/dev/null
  done
  on debian mount -t cgroup2 none /sys/fs/cgroup
  start_program debian systemd env container=lab SYSTEMD_UNIT_PATH=/run/units \
    /usr/bin/unshare --pid --fork --mount-proc --kill-child /lib/systemd/systemd --unit=pmip.service --log-target=console
}

# It answers only in its own process namespace.
systemctl_there() {
  local outer=${PROGRAM[debian/systemd]}
  /usr/bin/nsenter --target "$(tr -d ' ' <"/proc/$outer/task/$outer/children")" --pid --mount --net --uts -- systemctl "$@"
}

is_active() {
  [ "$(systemctl_there is-active pmip.service 2>/dev/null)" = active ]
}

says() {
  on debian grep -F "$1" /run/pmip.log >/dev/null
}

says_times() {
  [ "$(on debian grep -cF "$2" /run/pmip.log)" -ge "$1" ]
}

process_of_pmip() {
  on debian cat /sys/fs/cgroup/system.slice/pmip.service/cgroup.procs
}

capabilities() {
  awk '/CapBnd/ { print $2 }' "/proc/$(process_of_pmip)/status"
}

reaches_cn() {
  on "$1" ping -q -c 1 -W 1 10.255.3.2 >/dev/null
}

step "pmip is installed on a Debian router, and its unit is in order"
start_network
on debian "$LAB_ROOT/src/systemd/install.sh" "$ENGINE"
expect_not "systemd-analyze has a word to say of the unit" \
  eval 'on debian systemd-analyze verify pmip.service 2>&1 | grep pmip'
configure_as_usual debian ap1 ap2
start_systemd
expect "systemd runs it" wait_until 60 is_active
expect "without other capabilities than for networks" test "$(capabilities)" = 0000000000003400
for box in ap1 ap2; do start_pmip "$box"; done
expect "AP 1 has found it" wait_until 30 pmip_says ap1 "found mobility agent 10.1.0.1"

step "the phone walks from AP 1, behind the router, to AP 2; the tablet walks the other way"
associate phone ap1
associate tablet ap2
start_program phone knocking ping -n -q -i 0.5 10.255.3.2
start_program tablet knocking ping -n -q -i 0.5 10.255.3.2
tcp_begin phone cn
roam phone ap2
roam tablet ap1
expect "the router is the phone's home agent" wait_until 30 says "home agent: 10.1.0.77 is at care-of address 10.255.2.2"
expect "and the tablet's foreign agent" wait_until 30 says "foreign agent: 10.2.0.78 visits, home agent 10.2.0.1"
expect "the phone's TCP goes on" wait_until 20 tcp_moves phone cn
expect "the tablet reaches the correspondent" wait_until 20 reaches_cn tablet

step "systemctl restart: the next daemon goes on with what is in the kernel"
ping_begin tablet cn
systemctl_there restart pmip.service
expect "it has kept the binding" wait_until 30 says "home agent: 1 bindings kept over the restart, 0 not"
expect "and the visit" wait_until 10 says "foreign agent: 1 visits kept over the restart, 0 not"
ping_report tablet cn
expect "the phone's TCP goes on" wait_until 20 tcp_moves phone cn

step "the daemon is killed, and systemd starts it again"
kill -KILL "$(process_of_pmip)"
expect "it has kept the binding" wait_until 30 says_times 2 "home agent: 1 bindings kept over the restart, 0 not"
expect "the phone's TCP goes on" wait_until 20 tcp_moves phone cn

step "the phone comes home; systemctl stop"
roam phone ap1
expect "it is deregistered" wait_until 30 says "home agent: 10.1.0.77 deregistered"
tcp_report phone cn
systemctl_there stop pmip.service
expect_not "anything of pmip is left in the kernel" eval 'on debian ip link show pmip0 2>/dev/null'
result "a Debian router is an agent as good as an access point"
