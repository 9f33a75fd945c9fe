// Names of the error numbers that netlink answers with. The numbers up to 34 are the same on every Linux; MIPS has its
// own for the rest.

/** Which numbers the kernel uses; the runtime finds out. */
export type ErrnoNumbers = 'generic' | 'mips';

const COMMON: readonly (readonly [number, string])[] = [
  [1, 'EPERM'],
  [2, 'ENOENT'],
  [3, 'ESRCH'],
  [4, 'EINTR'],
  [5, 'EIO'],
  [6, 'ENXIO'],
  [7, 'E2BIG'],
  [11, 'EAGAIN'],
  [12, 'ENOMEM'],
  [13, 'EACCES'],
  [16, 'EBUSY'],
  [17, 'EEXIST'],
  [19, 'ENODEV'],
  [22, 'EINVAL'],
  [23, 'ENFILE'],
  [28, 'ENOSPC'],
  [34, 'ERANGE'],
];

const GENERIC = new Map<number, string>([
  ...COMMON,
  [75, 'EOVERFLOW'],
  [90, 'EMSGSIZE'],
  [93, 'EPROTONOSUPPORT'],
  [95, 'EOPNOTSUPP'],
  [97, 'EAFNOSUPPORT'],
  [98, 'EADDRINUSE'],
  [99, 'EADDRNOTAVAIL'],
  [100, 'ENETDOWN'],
  [101, 'ENETUNREACH'],
  [105, 'ENOBUFS'],
  [113, 'EHOSTUNREACH'],
]);

const MIPS = new Map<number, string>([
  ...COMMON,
  [79, 'EOVERFLOW'],
  [97, 'EMSGSIZE'],
  [120, 'EPROTONOSUPPORT'],
  [122, 'EOPNOTSUPP'],
  [124, 'EAFNOSUPPORT'],
  [125, 'EADDRINUSE'],
  [126, 'EADDRNOTAVAIL'],
  [127, 'ENETDOWN'],
  [128, 'ENETUNREACH'],
  [132, 'ENOBUFS'],
  [148, 'EHOSTUNREACH'],
]);

/** 'E' and the number where the number has no name here. */
export function errnoName(errno: number, numbers: ErrnoNumbers): string {
  return (numbers === 'mips' ? MIPS : GENERIC).get(errno) ?? `E${errno}`;
}
