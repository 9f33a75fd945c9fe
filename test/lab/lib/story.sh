# shellcheck shell=bash
# Lines of the story, and the questions that a scenario asks.

if [ "$LAB_COLOURS" = yes ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' BLUE=$'\e[34m' CYAN=$'\e[36m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' RED='' GREEN='' YELLOW='' BLUE='' CYAN='' PLAIN=''
fi
# The drawings of scenarios use all of them.
# shellcheck disable=SC2034
COLOURS=("$BOLD" "$DIM" "$RED" "$GREEN" "$YELLOW" "$BLUE" "$CYAN" "$PLAIN")

step() {
  local seconds
  read -r seconds _ </proc/uptime
  printf '%s[%5.1f s]%s %s%s%s\n' "$DIM" "$seconds" "$PLAIN" "$BOLD$CYAN" "$*" "$PLAIN"
  echo "lab: $*" >&"$KERNEL"
}

say() {
  printf '          %s\n' "$*"
}

result() {
  printf '%sresult: %s%s\n' "$BOLD$GREEN" "$*" "$PLAIN"
}

expect() {
  local text=$1
  shift
  if "$@"; then
    say "${GREEN}yes${PLAIN} $text"
  else
    say "${RED}no ${PLAIN} $text"
    FAILED=told
    return 1
  fi
}

expect_not() {
  local text=$1
  shift
  if "$@"; then
    say "${RED}yes${PLAIN} $text"
    FAILED=told
    return 1
  else
    say "${GREEN}not${PLAIN} $text"
  fi
}

# An emulated machine beside others has its own idea of a second: what would be in time on a router is given four times
# as long. Nothing waits longer for that.
PATIENCE=4

wait_until() {
  local seconds=$1 end looks=0
  shift
  end=$((SECONDS + seconds * PATIENCE))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    # After 0.1 s, then less and less often, up to 0.5 s: each look takes processor time from what it waits for.
    pause "0.$((1 + looks / 2))"
    [ "$looks" -eq 8 ] || looks=$((looks + 1))
  done
}

# Sleeps without starting a process, which is dear in emulation.
pause() {
  read -rt "$1" <>"$WORK/silence" || true
}
[ -p "$WORK/silence" ] || mkfifo "$WORK/silence"

# The scenario's own line is told, however deep in its words the failure was.
failed_at() {
  local command=$1 depth
  [ "${FAILED:-}" != told ] || return 0
  FAILED=told
  for depth in "${!BASH_SOURCE[@]}"; do
    [ "${BASH_SOURCE[depth]}" != "$SCENARIO" ] || break
  done
  printf '%sfailed%s in line %s of %s: %s\n' "$RED" "$PLAIN" "${BASH_LINENO[depth - 1]}" "${SCENARIO##*/}" "$command"
}

# What a reader of the failure wants to know first.
after_failure() {
  local box
  for box in "${BOXES[@]}"; do
    [ -s "$WORK/$box-pmip.log" ] || continue
    printf '%slast lines of pmip on %s:%s\n' "$DIM" "$box" "$PLAIN"
    tail -n 12 "$WORK/$box-pmip.log"
  done
}
