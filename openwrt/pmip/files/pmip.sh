#!/bin/sh
# SPDX-License-Identifier: MIT
exec /usr/bin/qjs -m /usr/lib/pmip/pmip.js "$@"
