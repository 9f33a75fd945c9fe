// SPDX-License-Identifier: MIT
// Collector for prometheus-node-exporter-ucode, which gives ubus, gauge and counter.

const status = ubus.call("pmip", "status");
const counters = ubus.call("pmip", "counters");

if (!status || !counters)
	return false;

gauge("pmip_info", "Version of pmip")({ version: status.version }, 1);
gauge("pmip_uptime_seconds", "Since the daemon started")(null, status.uptime_seconds);
gauge("pmip_enabled", "Whether pmip is enabled")(null, status.enabled);
gauge("pmip_paused", "Whether proxying is paused")(null, status.paused);
gauge("pmip_stations", "Stations of this access point")(null, status.stations);
gauge("pmip_visitors", "Visitors of this foreign agent")(null, status.visitors);
gauge("pmip_bindings", "Mobility bindings of this home agent")(null, status.bindings);
gauge("pmip_problems", "Problems that pmip status shows")(null, length(status.problems) ?? 0);

const bridges = gauge("pmip_bridge_served", "Whether the stations of a bridge are served");
for (let bridge in status.bridges)
	bridges({ device: bridge.device }, bridge.served);

const served = gauge("pmip_bss_served", "Whether the stations of a BSS are served");
for (let bss in status.bss)
	served({ interface: bss.interface, ssid: bss.ssid }, bss.served);

// A counter's name is what happened, in the words of RFC 2006 where it has them, or that and the code or reason after a
// dot: each of these again in the first.
const events = counter("pmip_events_total", "How often each thing happened");
const reasons = counter("pmip_event_reasons_total", "How often each thing happened, by code or reason");
for (let name, value in counters) {
	const dot = index(name, ".");
	if (dot < 0)
		events({ event: name }, value);
}
for (let name, value in counters) {
	const dot = index(name, ".");
	if (dot >= 0)
		reasons({ event: substr(name, 0, dot), reason: substr(name, dot + 1) }, value);
}
