# shellcheck shell=bash
# A box is a network namespace with a mount namespace of its own, in which /etc/config, /var/run and /sys are the box's.

BOXES=()
declare -A PROPERTY=() BOX_PROCESS=() PROGRAM=()

declare_box() {
  local name=$1
  shift
  BOXES+=("$name")
  while [ $# -ge 2 ]; do
    # `band` may be told several times.
    PROPERTY[$name/$1]="${PROPERTY[$name/$1]:+${PROPERTY[$name/$1]} }$2"
    shift 2
  done
}

property() {
  echo "${PROPERTY[$1/$2]:-}"
}

boxes_of_kind() {
  local box
  for box in "${BOXES[@]}"; do
    [[ " $* " != *" ${PROPERTY[$box/kind]} "* ]] || echo "$box"
  done
}

# All at once: in emulation the starting of programs is what takes the time.
make_boxes() {
  local box descriptor
  local -A descriptors=()
  printf 'netns add %s\n' "$@" | ip -batch -
  for box in "$@"; do
    # Only what survives a reboot lies outside the box: the configuration, and the map on flash.
    mkdir -p "/.lab/boxes/$box/config" "/.lab/boxes/$box/map"
    touch "/.lab/boxes/$box/config/pmip"
    exec {descriptor}< <(first_process_of "$box")
    descriptors[$box]=$descriptor
  done
  # Each box says its process once it stands.
  for box in "$@"; do read -r "BOX_PROCESS[$box]" <&"${descriptors[$box]}"; done
}

first_process_of() {
  exec nsenter --net="/run/netns/$1" unshare --mount --uts sh "$LAB/lib/box.sh" "$1"
}

on() {
  find_program "$2"
  nsenter --target "${BOX_PROCESS[$1]}" --net --mount --uts -- "$FOUND" "${@:3}"
}

# By its path: busybox's nsenter would prefer what busybox has by the same name.
find_program() {
  FOUND=$1
  [[ $1 != */* ]] || return 0
  hash "$1" 2>/dev/null || { echo "there is no program $1" && return 127; }
  FOUND=${BASH_CMDS[$1]}
}

start_program() {
  local box=$1 name=$2
  shift 2
  in_background "$box" "$@" >>"$WORK/$box-$name.log" 2>&1 </dev/null
  PROGRAM[$box/$name]=$!
}

# So that $! is the program itself and no shell before it.
in_background() {
  exec_on "$@" &
}

exec_on() {
  find_program "$2"
  exec nsenter --target "${BOX_PROCESS[$1]}" --net --mount --uts -- "$FOUND" "${@:3}"
}

is_running() {
  local process=${PROGRAM[$1/$2]:-}
  [ -n "$process" ] && kill -0 "$process" 2>/dev/null
}

stop_program() {
  local box=$1 name=$2 signal=${3:-TERM} process=${PROGRAM[$1/$2]:-}
  [ -n "$process" ] || return 0
  kill -s "$signal" "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || true
  unset "PROGRAM[$box/$name]"
}

program_log() {
  cat "$WORK/$1-$2.log"
}
