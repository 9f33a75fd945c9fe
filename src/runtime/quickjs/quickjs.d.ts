// The part of QuickJS's std and os modules that this project uses.

declare module 'std' {
  export interface File {
    close(): number;
    puts(text: string): void;
    flush(): void;
    /** Whether something could not be written or read. */
    error(): boolean;
    getline(): string | null;
    readAsString(maxSize?: number): string;
    write(buffer: ArrayBuffer, position: number, length: number): number;
    fileno(): number;
  }
  export const out: File;
  export const err: File;
  /** Nothing of files in /proc, which tell no length. */
  export function loadFile(path: string): string | null;
  export function open(path: string, flags: string, errorObject?: { errno: number }): File | null;
  export function fdopen(descriptor: number, flags: string): File;
  export function getenv(name: string): string | undefined;
  export function strerror(errno: number): string;
  export function exit(status: number): never;
  export function gc(): void;
}

declare module 'os' {
  export const SIGINT: number;
  export const SIGTERM: number;
  export const SIGUSR1: number;
  export const O_RDONLY: number;
  export const O_WRONLY: number;
  export const O_CREAT: number;
  export const O_TRUNC: number;
  export function setReadHandler(descriptor: number, handler: (() => void) | null): void;
  export function setWriteHandler(descriptor: number, handler: (() => void) | null): void;
  export function signal(number: number, handler: (() => void) | null | undefined): void;
  export type Timer = { readonly brand: 'Timer' };
  export function setTimeout(handler: () => void, delayMs: number): Timer;
  export function clearTimeout(timer: Timer): void;
  /** Milliseconds of the monotonic clock, with a fraction. */
  export function now(): number;
  export function open(path: string, flags: number, mode?: number): number;
  export function close(descriptor: number): number;
  export function read(descriptor: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function write(descriptor: number, buffer: ArrayBuffer, offset: number, length: number): number;
  /** Negative errno or 0 as the second item. */
  export function stat(path: string): [status: unknown, error: number];
  export function sleep(delayMs: number): number;
  export function isatty(descriptor: number): boolean;
  export function rename(from: string, to: string): number;
  export function remove(path: string): number;
  export function mkdir(path: string, mode?: number): number;
}

declare const scriptArgs: string[];
declare function print(...values: unknown[]): void;
