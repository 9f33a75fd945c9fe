// The C module: free functions over file descriptors. No objects, no loop, no state. Every descriptor is opened
// non-blocking and close-on-exec; QuickJS's os.setReadHandler watches it.
//
// Wrong arguments throw TypeError or RangeError. A failed system call throws an Error whose `name` is 'SystemError',
// with `code` (the errno's name, 'ECONNREFUSED'), `errno` (its number) and `syscall`. Two conditions are answers, not
// errors: a receive that would block gives `undefined`; a send that would block gives 0 octets. A descriptor that select()
// could not hold (1024 and above) is refused with EMFILE.
//
// IPv4 addresses are unsigned 32-bit numbers, MAC addresses unsigned 48-bit numbers. `octets` may be any Uint8Array;
// received octets are written to the start of `buffer`, and what does not fit is cut (`truncated` tells).

declare module 'quickjs-ffi' {
  /** Name of the QuickJS release this module was compiled for, '2025-04-26'. It refuses to load in another. */
  export const engineVersion: string;
  /** How the kernel numbers its errors, which netlink tells by number: MIPS has its own way. */
  export const errnoNumbers: 'generic' | 'mips';

  export function close(descriptor: number): void;

  // Streams and any connected descriptor
  /** Octets taken by the kernel, 0 when it would block. Never raises SIGPIPE. */
  export function send(descriptor: number, octets: Uint8Array): number;
  /** Octets received, 0 at the end of a stream, undefined when it would block. A datagram that was cut throws EMSGSIZE. */
  export function receive(descriptor: number, buffer: Uint8Array): number | undefined;

  // AF_UNIX. A path that does not fit (108 octets with the NUL) is a RangeError.
  export function unixConnect(path: string): number;
  /** Listens on a stream socket; an old socket file of this name is replaced. */
  export function unixListen(path: string, backlog: number): number;
  /** The accepted connection; undefined when none waits. */
  export function unixAccept(descriptor: number): number | undefined;
  /**
   * A datagram socket bound to `localPath` and connected to `remotePath` (hostapd's control interface). An old socket file
   * `localPath` is replaced; close() leaves the file. Null: not bound (as whoever
   * writes to /dev/log), or not connected.
   */
  export function unixDatagram(localPath: string | null, remotePath: string | null): number;

  // UDP
  export type UdpOptions = {
    /** 0 binds to every address. */
    readonly address?: number;
    readonly port: number;
    /** Binds to one interface (SO_BINDTODEVICE). */
    readonly interfaceName?: string;
    readonly broadcast?: boolean;
    /**
     * What ICMP says of datagrams sent is kept for udpReceiveError. While any is kept, the descriptor is readable: whoever
     * watches it must take both, errors and datagrams.
     */
    readonly receiveErrors?: boolean;
  };
  export type Datagram = {
    readonly length: number;
    readonly truncated: boolean;
    readonly sourceAddress: number;
    readonly sourcePort: number;
    /** Where the sender sent it (IP_PKTINFO); may be a broadcast or multicast address. */
    readonly destinationAddress: number;
    readonly interfaceIndex: number;
    readonly timeToLive: number;
  };
  export type UdpDestination = {
    readonly address: number;
    readonly port: number;
    /** Source address of the packet (IP_PKTINFO); absent: the kernel chooses. */
    readonly sourceAddress?: number;
    /** The interface that a broadcast leaves by (IP_PKTINFO); Linux delivers a copy to this host, as if it came by there. */
    readonly interfaceIndex?: number;
    readonly timeToLive?: number;
  };
  export type UdpError = {
    /** Where the datagram was sent to. */
    readonly address: number;
    readonly port: number;
    /** RFC 792: 3 destination unreachable, 11 time exceeded, 12 parameter problem. */
    readonly icmpType: number;
    readonly icmpCode: number;
  };
  export function udpOpen(options: UdpOptions): number;
  export function udpReceive(descriptor: number, buffer: Uint8Array): Datagram | undefined;
  export function udpSend(descriptor: number, octets: Uint8Array, destination: UdpDestination): number;
  /** The oldest error that ICMP told of a datagram sent from this socket; undefined when there is none. */
  export function udpReceiveError(descriptor: number): UdpError | undefined;

  // Raw ICMP: received octets begin at the ICMP header (the IP header is taken off, its facts are in the answer)
  export type IcmpOptions = { readonly interfaceName: string; readonly multicastGroups: readonly number[] };
  export type IcmpMessage = {
    readonly length: number;
    readonly truncated: boolean;
    readonly sourceAddress: number;
    readonly destinationAddress: number;
    readonly timeToLive: number;
    readonly interfaceIndex: number;
  };
  /**
   * Only types 9 and 10 arrive, and of groups only those named here. Multicast sent leaves by the interface, with TTL 1,
   * and is not looped back; of what is sent to 255.255.255.255 Linux does deliver a copy to the sending host.
   */
  export function icmpOpen(options: IcmpOptions): number;
  export function icmpReceive(descriptor: number, buffer: Uint8Array): IcmpMessage | undefined;
  /** The octets begin at the ICMP header, checksum included. TTL is 1. */
  export function icmpSend(descriptor: number, octets: Uint8Array, address: number): number;

  /** Sends whole IPv4 packets, of any source address; checksum and length of their header are the kernel's work. */
  export function ipv4Open(): number;
  /** The packet is routed to `address`, which is the destination in its header. */
  export function ipv4Send(descriptor: number, octets: Uint8Array, address: number): number;

  // AF_PACKET: whole Ethernet frames
  /** One instruction of a classic BPF program: code, jump if true, jump if false, operand. */
  export type BpfInstruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];
  export type PacketOptions = {
    readonly interfaceIndex: number;
    /** Attached before the socket is bound, so that no unfiltered frame ever arrives. */
    readonly filter: readonly BpfInstruction[];
  };
  export type Frame = {
    readonly length: number;
    readonly truncated: boolean;
    readonly interfaceIndex: number;
    /** PACKET_HOST 0, BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4. Frames that this host sends are not delivered. */
    readonly packetType: number;
  };
  export function packetOpen(options: PacketOptions): number;
  /** Puts another program in place of the present one. Frames that wait already were chosen by the old one. */
  export function packetSetFilter(descriptor: number, filter: readonly BpfInstruction[]): void;
  /** ENETDOWN is thrown once when the interface goes down or away. */
  export function packetReceive(descriptor: number, buffer: Uint8Array): Frame | undefined;
  export function packetSend(descriptor: number, octets: Uint8Array): number;

  // Netlink
  /** `protocol`: NETLINK_ROUTE 0, NETLINK_NETFILTER 12. Extended acknowledgements are switched on. */
  export function netlinkOpen(protocol: number, groups: readonly number[]): number;
  /** Datagrams of netlink are received with `receive` and sent with `send`; one that overran throws ENOBUFS. */

  // Interfaces
  /** 0 where no interface has the name; a name longer than 15 octets is a RangeError. */
  export function interfaceIndex(name: string): number;

  // Digests (mbed TLS)
  export type DigestAlgorithm = 'md5' | 'sha256';
  export function digest(algorithm: DigestAlgorithm, octets: Uint8Array): Uint8Array;
  export function hmac(algorithm: DigestAlgorithm, key: Uint8Array, octets: Uint8Array): Uint8Array;

  /** From the kernel's random source; 65536 at most. */
  export function randomOctets(length: number): Uint8Array;
}
