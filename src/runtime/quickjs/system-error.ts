// What quickjs-ffi throws when a system call fails. Anything else that is thrown is a fault of ours, and passes on.

import type { Failure } from '../runtime.ts';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error) || error.name !== 'SystemError' || !('code' in error)) throw error;
  return { code: String(error.code), message: error.message };
}

/** The errno's name. */
export function errnoNameOf(error: unknown): string {
  return failureOf(error).code;
}
