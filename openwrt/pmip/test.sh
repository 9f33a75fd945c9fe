#!/bin/sh
# SPDX-License-Identifier: MIT
# Run by the feed's checks on each architecture, in a container without procd and ubus: $1 is the package, $2 its version.

[ "$1" = pmip ] || exit 0

# Loads the C module, too: it refuses an engine of another version.
output=$(pmip --version) || exit 1
[ "$output" = "pmip $2" ] || {
	echo "pmip --version prints '$output', not 'pmip $2'" >&2
	exit 1
}

# Every option of the shipped configuration is known.
pmip check --configuration
