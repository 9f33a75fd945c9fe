#!/bin/sh
# In the place of /etc/rc.common: runs an init script's function and writes down each call of procd's shell functions, in
# a line of /calls, its words ended by the unit separator. What such calls mean is in procd-messages.ts.
# /procd-runs stands for a running instance, which ends at SIGUSR1 unless there is /procd-is-deaf, and /configuration for what
# `config_get` finds.

# shellcheck disable=SC2034 # init scripts use it
initscript=$1
action=$2

record() {
	printf '%s\037' "$@" >>/calls
	echo >>/calls
}

for name in open_instance close_instance set_param add_jail add_jail_mount add_jail_mount_rw \
	add_reload_trigger add_interface_trigger kill; do
	eval "procd_$name() { record $name \"\$@\"; }"
done

procd_running() {
	[ -e /procd-runs ]
}

procd_send_signal() {
	record send_signal "$@"
	[ "$3" != USR1 ] || [ -e /procd-is-deaf ] || rm -f /procd-runs
}

sleep() {
	:
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

stop_service() {
	:
}

stop() {
	stop_service
	procd_kill "$(basename "$initscript")"
}

restart() {
	stop
	start
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
