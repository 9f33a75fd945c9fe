#!/bin/sh
# SPDX-License-Identifier: MIT
case $* in
	daemon | 'daemon --logd') exec /usr/bin/qjs --strip-source -m /usr/lib/pmip/pmip.js "$@" ;;
esac
exec /usr/bin/qjs -m /usr/lib/pmip/pmip-command.js "$@"
