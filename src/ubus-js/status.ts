// The status codes of ubus (ubusmsg.h, enum ubus_msg_status). An object may answer with any other number as well.

export const STATUS = {
  ok: 0,
  invalidCommand: 1,
  invalidArgument: 2,
  methodNotFound: 3,
  notFound: 4,
  noData: 5,
  permissionDenied: 6,
  timeout: 7,
  notSupported: 8,
  unknownError: 9,
  connectionFailed: 10,
  noMemory: 11,
  parseError: 12,
  systemError: 13,
} as const;

const TEXTS = [
  'Success',
  'Invalid command',
  'Invalid argument',
  'Method not found',
  'Not found',
  'No response',
  'Permission denied',
  'Request timed out',
  'Operation not supported',
  'Unknown error',
  'Connection failed',
  'Out of memory',
  'Parsing message data failed',
  'System error',
];

/** The text that the ubus command prints for a status; a status is signed there. */
export function formatStatus(status: number): string {
  return TEXTS[status] ?? `Unknown error: ${status | 0}`;
}
