# shellcheck shell=bash
# Starts the emulated machine, shows what the scenario prints, and ends it when its time is over.

# The first thing that runs in the machine with the host's files in sight.
write_start_file() {
  local scenario=$1 results=$2 name colours=no
  [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && colours=yes
  {
    echo '#!/bin/bash'
    for name in LAB_UBUSD LAB_UBUS LAB_UCI LAB_HOSTAPD; do
      if [ -n "${!name:-}" ]; then
        command -v "${!name}" >/dev/null || fail "$name: there is no program ${!name}"
        printf 'export %s=%q\n' "$name" "$(realpath -s "$(command -v "${!name}")")"
      fi
    done
    # What a scenario may be told from outside.
    printf 'export LAB_WALK_SECONDS=%q LAB_SEED=%q\n' "${LAB_WALK_SECONDS:-}" "${LAB_SEED:-}"
    printf 'export LAB=%q LAB_ROOT=%q LAB_MACHINE=%q LAB_COLOURS=%q\n' "$LAB" "$ROOT" "$MACHINE" "$colours"
    printf 'exec /bin/bash %q %q\n' "$LAB/lib/guest.sh" "$scenario"
  } >"$results/start"
}

# KVM hangs in many nested set-ups, so the machine is always emulated. Its kernel's own words go to a file.
run_machine() {
  local results=$1 emulator watchdog
  qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1536 -smp 2 -nodefaults -display none -no-reboot \
    -kernel "$MACHINE/vmlinux" -initrd "$MACHINE/initrd" \
    -append "console=ttyS0 panic=-1 mitigations=off nokaslr audit=0 apparmor=0 random.trust_cpu=on tsc=reliable no_timer_check" \
    -serial "file:${results//,/,,}/kernel.log" \
    -device virtio-serial -chardev stdio,id=screen,signal=off -device virtconsole,chardev=screen \
    -virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
    -virtfs "local,path=${results//,/,,},mount_tag=results,security_model=none" \
    </dev/null 2>"$results/qemu.log" &
  emulator=$!
  (
    sleep "$TIME_LIMIT" &
    # Without this the sleep would outlive its scenario.
    trap 'kill $!; exit' TERM
    wait $!
    printf 'lab: ended after the time limit of %s s\n' "$TIME_LIMIT"
    kill "$emulator"
  ) >&2 &
  watchdog=$!
  # shellcheck disable=SC2064 # these two, whatever the names hold later
  trap "kill $emulator $watchdog 2>/dev/null; exit 130" INT TERM
  wait "$emulator" || true
  trap - INT TERM
  kill "$watchdog" 2>/dev/null || true
  wait "$watchdog" 2>/dev/null || true
  scenario_status "$results"
}

# The machine writes the scenario's exit status as its last act. None means that it died.
scenario_status() {
  local results=$1
  if [ ! -s "$results/status" ]; then
    printf 'lab: the emulated machine ended without a result; its last words (%s):\n' "$results" >&2
    tail -n 15 "$results/qemu.log" "$results/kernel.log" >&2
    return 1
  fi
  return "$(<"$results/status")"
}
