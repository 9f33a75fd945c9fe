// What the daemon answers on ubus (`ubus call pmip status` and so on). Whatever may be missing is optional: the
// daemon may be older than these pages.

export type BssAnswer = {
  readonly interface: string;
  readonly radio?: string;
  readonly ssid: string;
  readonly frequency_mhz?: number;
  readonly served: boolean;
  readonly reason?: string;
};

export type BridgeAnswer = {
  readonly device: string;
  readonly address?: string;
  readonly network?: string;
  readonly gateway?: string;
  readonly home_agent?: boolean;
  readonly foreign_agent?: boolean;
  readonly served?: boolean;
  readonly reason?: string;
};

export type StatusAnswer = {
  readonly version?: string;
  readonly enabled?: boolean;
  readonly paused?: boolean;
  readonly uptime_seconds?: number;
  readonly bridges?: readonly BridgeAnswer[];
  readonly bss?: readonly BssAnswer[];
  readonly authorities?: readonly { readonly address: string; readonly state: string; readonly name?: string }[];
  readonly radius?: readonly { readonly server: string; readonly state: string }[];
  readonly problems?: readonly string[];
};

export type StationAnswer = {
  readonly mac: string;
  readonly interface?: string;
  readonly ssid?: string;
  readonly attached?: boolean;
  readonly address?: string;
  readonly mobility: string;
  readonly reason?: string;
  readonly reason_text?: string;
  readonly learned_by?: string;
  readonly home_agent?: string;
  readonly care_of_address?: string;
  readonly registration?: string;
  readonly code?: number;
  readonly remaining_seconds?: number;
  readonly roams?: number;
  readonly last_outage_ms?: number;
};

export type VisitorAnswer = {
  readonly home_address: string;
  readonly home_agent: string;
  readonly care_of_address?: string;
  readonly mac?: string;
  readonly interface?: string;
  readonly reverse_tunnel?: boolean;
  readonly remaining_seconds?: number;
};

export type BindingAnswer = {
  readonly home_address: string;
  readonly care_of_address: string;
  readonly home_agent?: string;
  readonly reverse_tunnel?: boolean;
  readonly remaining_seconds?: number;
};

export type AgentAnswer = {
  readonly bridge?: string;
  readonly address: string;
  readonly local?: boolean;
  readonly home_agent?: boolean;
  readonly foreign_agent?: boolean;
  readonly busy?: boolean;
  readonly gre?: boolean;
  readonly reverse_tunnel?: boolean;
  readonly care_of_addresses?: readonly string[];
  readonly registration_lifetime_seconds?: number;
  readonly remaining_seconds?: number;
};

export type MapRowAnswer = {
  readonly network: string;
  readonly home_agent: string;
  readonly gateway_mac?: string;
  readonly origin?: string;
  readonly reporters?: readonly string[];
  readonly conflict?: string;
};

export type TunnelAnswer = {
  readonly encapsulation?: string;
  readonly local?: string;
  readonly remote: string;
  readonly bindings?: number;
  readonly visitors?: number;
};

export type TrailAnswer = {
  readonly mac?: string;
  /** The newest last, both of them. */
  readonly events: readonly { readonly seconds_ago: number; readonly text: string }[];
  readonly roams: readonly RoamAnswer[];
};

/** Places are interfaces of this access point, or addresses of others. */
export type RoamAnswer = {
  readonly seconds_ago: number;
  readonly from?: string;
  readonly to: string;
  readonly outage_ms?: number;
};

/** Names of hosts by MAC address in capitals, from leases and /etc/ethers. */
export type HostHints = Readonly<Record<string, { readonly name?: string } | undefined>>;

export type Answers = {
  readonly status: StatusAnswer;
  readonly stations: readonly StationAnswer[];
  readonly visitors: readonly VisitorAnswer[];
  readonly bindings: readonly BindingAnswer[];
  readonly agents: readonly AgentAnswer[];
  readonly map: readonly MapRowAnswer[];
  readonly accessPoints: readonly { readonly address: string; readonly remaining_seconds?: number }[];
  readonly tunnels: readonly TunnelAnswer[];
  readonly counters: Readonly<Record<string, unknown>>;
  readonly hints: HostHints;
};

/** The daemon's answers, or why there are none. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answers: Answers }
  | { readonly kind: 'notRunning' }
  | { readonly kind: 'notPermitted' }
  | { readonly kind: 'failed'; readonly text: string };
