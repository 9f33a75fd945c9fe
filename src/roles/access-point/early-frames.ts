// A station's first frame, or word to a DHCP server, may overtake hostapd's word that the station is there: the frame takes one way through the kernel,
// the word another through ubusd. What came too early is kept for a moment, or the station would have to ask again,
// a second later.

import type { MacAddress } from '../../octets/address.ts';

type EarlyFrame<Kept> = { readonly frame: Kept; readonly interfaceName: string; readonly receivedAtMs: number };

const KEPT_MS = 2000;
const MOST_FRAMES = 64;

export class EarlyFrames<Kept> {
  readonly #bySource = new Map<MacAddress, EarlyFrame<Kept>>();

  /** The last frame of each source, and of the sources the latest. */
  keep(source: MacAddress, frame: Kept, interfaceName: string, nowMs: number): void {
    this.#bySource.delete(source);
    this.#bySource.set(source, { frame, interfaceName, receivedAtMs: nowMs });
    if (this.#bySource.size <= MOST_FRAMES) return;
    for (const oldest of this.#bySource.keys()) {
      this.#bySource.delete(oldest);
      return;
    }
  }

  take(source: MacAddress, interfaceName: string, nowMs: number): Kept | undefined {
    const early = this.#bySource.get(source);
    this.#bySource.delete(source);
    const isOfNow = early?.interfaceName === interfaceName && nowMs - early.receivedAtMs <= KEPT_MS;
    return isOfNow ? early.frame : undefined;
  }
}
