# shellcheck shell=bash
# The kernel's state against the tables of the daemon, and both against what the scenario knows to be true.

# bindings_of BOX: "home-address care-of-address" of each mobility binding, sorted; each of the others likewise.
bindings_of() {
  on "$1" ubus call pmip bindings | fields home_address care_of_address | sort
}

visitors_of() {
  on "$1" ubus call pmip visitors | fields home_address mac | sort
}

# Values of two keys that come in this order in each object.
fields() {
  awk -F'"' -v first="$1" -v second="$2" '$2 == first { value = $4 } $2 == second { print value, $4 }'
}

tunnel_routes_of() {
  ip -n "$1" route show proto 43 | awk '/ encap / { for (i = 1; i < NF; i++) if ($i == "dst") print $1, $(i + 1) }' | sort
}

proxied_addresses_of() {
  ip -n "$1" neigh show proxy | awk '{ print $1 }' | sort
}

host_routes_of() {
  ip -n "$1" route show proto 43 | awk '!/ encap / { print $1 }' | sort
}

neighbours_of() {
  ip -n "$1" -4 neigh show nud permanent dev br-lan | awk '{ print $1, $3 }' | sort
}

intercepted_by() {
  on "$1" nft -j list map bridge pmip visitors | grep -oE '"([0-9a-f]{2}:){5}[0-9a-f]{2}", "[0-9.]+"' |
    sed 's/"\(.*\)", "\(.*\)"/\2 \1/' | sort
}

# Elements of a set of `table inet pmip`: how many.
elements_of() {
  on "$1" nft -j list set inet pmip "$2" | grep -o '"concat"' | wc -l
}

# tables_agree BOX: every binding and every visitor has its state in the kernel, and there is no other.
tables_agree() {
  local box=$1 bindings visitors status=0
  bindings=$(bindings_of "$box")
  visitors=$(visitors_of "$box")
  are_same "$box: routes into tunnels" "$bindings" "$(tunnel_routes_of "$box")" || status=1
  are_same "$box: proxy ARP" "$(first_words "$bindings")" "$(proxied_addresses_of "$box")" || status=1
  are_same "$box: routes to visitors" "$(first_words "$visitors")" "$(host_routes_of "$box")" || status=1
  are_same "$box: neighbours" "$visitors" "$(neighbours_of "$box")" || status=1
  are_same "$box: intercepted" "$visitors" "$(intercepted_by "$box")" || status=1
  are_same "$box: admitted bindings" "$(lines_in "$bindings")" "$(elements_of "$box" bindings)" || status=1
  are_same "$box: admitted visits" "$(lines_in "$visitors")" "$(elements_of "$box" visits)" || status=1
  return $status
}

first_words() {
  awk 'NF { print $1 }' <<<"$1"
}

lines_in() {
  awk 'NF { count++ } END { print count + 0 }' <<<"$1"
}

are_same() {
  [ "$2" != "$3" ] || return 0
  say "$1: the table has"
  say "${2//$'\n'/, }"
  say "and the kernel"
  say "${3//$'\n'/, }"
  return 1
}
