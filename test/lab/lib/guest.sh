#!/bin/bash
# First process of the emulated machine that has the host's files: makes the house ready, tells the scenario, and ends
# the machine with the scenario's exit status written down.
set -Eeuo pipefail

SCENARIO=$1
RESULTS=/.lab/results
WORK=/.lab/work
export PATH=/.lab/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C

prepare_machine() {
  # The screen is a terminal driver; without this it would end each line in two characters.
  stty -opost 2>/dev/null </dev/hvc0 || true
  ln -s /proc/self/fd /dev/fd
  exec {KERNEL}>/dev/kmsg
  mkdir -p "$WORK" /.lab/boxes
  mount -t tmpfs tmpfs /run
  mkdir -p /run/netns
  # The kernel loads modules by itself, from here: without ciphers WPA would fail without a word.
  mkdir -p /lib/modules
  [ -e "/lib/modules/$(uname -r)" ] || ln -s "$LAB_MACHINE/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
}

# As long as a socket wants timestamps, the kernel's receiving code has a branch for them, which it writes into itself when
# the first such socket comes and takes out when the last goes: with every ping. An emulated processor may keep what stands
# there in between, a breakpoint, and never get past it. So there is one from the beginning to the end.
want_timestamps() {
  socat -u UDP4-RECV:9,so-timestamp /dev/null &
}

# What the programs logged and captured goes where the host finds it.
finish() {
  local status=$?
  trap - ERR EXIT
  set +e
  [ "$status" -eq 0 ] || after_failure
  finish_captures
  cp "$WORK"/*.log "$WORK"/*.pcap "$RESULTS" 2>/dev/null
  echo "$status" >"$RESULTS/status"
  sync
  echo o >/proc/sysrq-trigger
  sleep 60
}

prepare_machine
want_timestamps
# shellcheck source=vocabulary.sh
. "$LAB/lib/vocabulary.sh"
trap finish EXIT
trap 'failed_at "$BASH_COMMAND"' ERR

# shellcheck source=/dev/null
. "$SCENARIO"
