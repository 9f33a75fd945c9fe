#!/bin/sh
# In the place of /etc/rc.common: runs an init script's function and writes down each call of procd's shell functions, in
# a line of /calls, its words ended by the unit separator. What such calls mean is in procd-messages.ts.
# /procd-runs stands for a running instance, /configuration for what `config_get` finds.

# shellcheck disable=SC2034 # init scripts use it
initscript=$1
action=$2

record() {
	printf '%s\037' "$@" >>/calls
	echo >>/calls
}

for name in open_instance close_instance set_param add_jail add_jail_mount add_jail_mount_rw \
	add_reload_trigger add_interface_trigger send_signal; do
	eval "procd_$name() { record $name \"\$@\"; }"
done

procd_running() {
	[ -e /procd-runs ]
}

config_load() {
	:
}

config_get() {
	eval "$1=\$(sed -n \"s/^$3=//p\" /configuration)"
}

config_get_bool() {
	config_get "$@"
}

start() {
	record open_service "$(basename "$initscript")" "$initscript"
	start_service
	record open_triggers
	service_triggers
	record send set
}

reload() {
	if type reload_service >/dev/null 2>&1; then
		reload_service
	else
		start
	fi
}

# shellcheck source=/dev/null
. "$initscript"
"$action"
