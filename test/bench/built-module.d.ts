// The C module by its path, for what stands in for it; and of QuickJS what only that needs.

declare module '*/quickjs-ffi.so' {
  export * from 'quickjs-ffi';
}

declare module 'os' {
  export function pipe(): [number, number];
}
