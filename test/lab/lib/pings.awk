# Reads the lines of `ping -D` and prints losses, and the longest time without an answer around each roam. `roams` holds
# "box moment box moment ...", `ended` the moment when ping was stopped.

BEGIN {
  count = split(roams, words, " ") / 2
  for (i = 1; i <= count; i++) {
    box[i] = words[2 * i - 1]
    began[i] = words[2 * i]
  }
}

/icmp_seq=.* time=/ {
  moment = substr($1, 2) + 0
  match($0, /icmp_seq=[0-9]+/)
  sequence = substr($0, RSTART + 9, RLENGTH - 9)
  if (answered[sequence]++) duplicates++
  if (!first) first = moment
  if (last) note(last, moment)
  last = moment
}

/packets transmitted/ { sent = $1 }

END {
  for (sequence in answered) received++
  # What was never answered again is an outage that lasts.
  if (last) note(last, ended)
  printf "ping: %d sent, %d answered, %d lost, %d answered twice\n", sent, received, sent - received, duplicates
  for (i = 1; i <= count; i++)
    if (began[i] > first) printf "outage of the roam to %s: %d ms%s\n", box[i], outage[i] * 1000, lasting[i] ? " and no end" : ""
  printf "longest time between answers without a roam: %d ms\n", rest * 1000
  if (!received) exit 1
}

function note(from, to, i, roaming) {
  for (i = 1; i <= count; i++)
    if (to > began[i] && from < began[i] + ROAM_SECONDS) {
      roaming = 1
      if (to - from > outage[i]) outage[i] = to - from
      if (to == ended && to - from > 1) lasting[i] = 1
    }
  if (!roaming && to - from > rest) rest = to - from
}
