# shellcheck shell=bash
# A FreeRADIUS with nothing but what keys of mobile nodes need, in a directory of its own. The unit tests use it too.

# write_free_radius DIRECTORY ADDRESS PORT SECRET: what `freeradius -f -d DIRECTORY` reads. Entries of users:
#   free_radius_user DIRECTORY ADDRESS AVPAIR...
write_free_radius() {
  local directory=$1 address=$2 port=$3 secret=$4
  mkdir -p "$directory/log" "$directory/run"
  # shellcheck disable=SC2016 # FreeRADIUS expands it
  echo '$INCLUDE /usr/share/freeradius/dictionary' >"$directory/dictionary"
  : >"$directory/users"
  cat >"$directory/radiusd.conf" <<CONF
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = $directory
logdir = $directory/log
run_dir = $directory/run
name = freeradius
max_request_time = 5
cleanup_delay = 0
max_requests = 4096
hostname_lookups = no
log {
  destination = stdout
  auth = yes
}
security {
  reject_delay = 0
  status_server = no
}
thread pool {
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 2
  max_requests_per_server = 0
}
client anybody {
  ipaddr = 0.0.0.0/0
  secret = "$secret"
}
modules {
  files {
    usersfile = $directory/users
  }
  pap {
  }
}
server default {
  listen {
    type = auth
    ipaddr = $address
    port = $port
  }
  authorize {
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
  post-auth {
  }
}
CONF
  chmod -R go-rwx "$directory"
}

free_radius_user() {
  local directory=$1 address=$2 pair separator=''
  shift 2
  {
    printf '%s Cleartext-Password := "cisco"\n' "$address"
    for pair in "$@"; do
      printf '%b\tCisco-AVPair += "%s"' "$separator" "$pair"
      separator=',\n'
    done
    printf '\n\n'
  } >>"$directory/users"
}

# In the lab: serve_radius BOX SECRET, again after it was stopped; radius_knows BOX ADDRESS AVPAIR... before that.
serve_radius() {
  local box=$1 secret=$2
  write_free_radius "$WORK/$box-freeradius" 0.0.0.0 1812 "$secret"
  [ ! -e "$WORK/$box-users" ] || cp "$WORK/$box-users" "$WORK/$box-freeradius/users"
  : >"$WORK/$box-freeradius.log"
  start_program "$box" freeradius freeradius -f -d "$WORK/$box-freeradius"
}

serves_radius() {
  grep -q 'Ready to process requests' "$WORK/$1-freeradius.log"
}

radius_knows() {
  local box=$1
  mkdir -p "$WORK/$box-freeradius"
  free_radius_user "$WORK/$box-freeradius" "${@:2}"
  cp "$WORK/$box-freeradius/users" "$WORK/$box-users"
}

# use_radius SERVER SECRET BOX...: these have no keys of their own.
use_radius() {
  local server=$1 secret=$2 box each
  for box in "${@:3}"; do
    {
      for each in $(boxes_of_kind access_point router); do printf 'delete pmip.of_%s\n' "$each"; done
      cat <<UCI
set pmip.keys=radius
set pmip.keys.server=$(reachable_address "$server")
set pmip.keys.secret=$secret
set pmip.keys.timeout=1
set pmip.keys.retries=1
UCI
    } | configure "$box"
  done
}
