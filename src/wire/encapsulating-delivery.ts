// The Encapsulating Delivery Style Extension (RFC 3024 §3.3). It has no fields: being there is all it says.

import { appendExtension, EXTENSION, type Extension, findExtension } from './extensions.ts';

export function isEncapsulatingDelivery(extensions: readonly Extension[]): boolean {
  return findExtension(extensions, EXTENSION.encapsulatingDelivery) !== undefined;
}

export function appendEncapsulatingDelivery(message: Uint8Array): Uint8Array {
  return appendExtension(message, { type: EXTENSION.encapsulatingDelivery, data: new Uint8Array(0) });
}
